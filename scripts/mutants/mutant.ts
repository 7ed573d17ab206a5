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

export const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace })
