/** The known name that was probably meant, or '' when none is near. */
function nearest(name: string, known: Iterable<string>): string {
  const asked = name.toLowerCase()
  if (asked === '') return ''
  let best = ''
  let least = Math.max(1, Math.floor(Math.min(asked.length, 60) / 3)) + 1
  for (const candidate of known) {
    const edits = distance(asked, candidate.toLowerCase(), least)
    if (edits < least) {
      best = candidate
      least = edits
    }
  }
  return best
}

/** `; did you mean 'x'?`, or `; known: a, b and c`, or nothing when nothing is known. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  if (meant !== '') return `; did you mean '${meant}'?`
  if (known.length === 0) return ''
  const shown = known.slice(0, 12)
  return `; known: ${shown.join(', ')}${known.length > shown.length ? ', …' : ''}`
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); `enough` when it is that many or more. */
function distance(a: string, b: string, enough: number): number {
  if (Math.abs(a.length - b.length) >= enough) return enough
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let edits = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, before[j - 2]! + 1)
      next.push(edits)
    }
    before = row
    row = next
  }
  return Math.min(row[b.length]!, enough)
}
