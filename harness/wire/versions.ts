/** A closed range of protocol versions, as the official definitions write it: `0-4`, `3+`, `7`. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** What `+` means. Versions are 16 bits on the wire. */
export const lastVersion = 0x7fff

const form = /^(\d+)(?:(\+)|-(\d+))?$/

export function versionRange(text: string): VersionRange {
  const found = form.exec(text)
  if (found === null) throw new TypeError(`'${text}' is not a range of versions: write '3+', '0-4' or '7'`)
  const min = Number(found[1])
  const max = found[2] === '+' ? lastVersion : Number(found[3] ?? min)
  if (max < min) throw new TypeError(`the range of versions '${text}' is empty`)
  return { min, max }
}

export function covers(range: VersionRange | undefined, version: number): boolean {
  return range !== undefined && version >= range.min && version <= range.max
}
