/** One way to break ackward's own ground, as text patches. Texts to find stand in template literals, as a search for banned names leaves those out. */
export interface Edit {
  /** Relative to the checkout. */
  readonly file: string
  /** Must be there exactly once. */
  readonly find: string
  readonly replace: string
}

export interface Mutant {
  readonly name: string
  readonly what: string
  readonly edits: readonly Edit[]
}

export type Patched = ReadonlyMap<string, { readonly original: string; readonly patched: string }>

/** By file; throws where a text is not there, or not once. */
export function patch({ name, edits }: Mutant, read: (file: string) => string): Patched {
  const files = new Map<string, { original: string; patched: string }>()
  for (const { file, find, replace } of edits) {
    const known = files.get(file)
    const original = known?.original ?? read(file)
    const pieces = (known?.patched ?? original).split(find)
    if (pieces.length !== 2) throw new Error(`${name}: found ${pieces.length - 1} times in ${file}, not once:\n${find}`)
    files.set(file, { original, patched: pieces.join(replace) })
  }
  return files
}

export const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace })
