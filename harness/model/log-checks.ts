/** What must be true of the bytes of one log: that nothing of them has changed, and that its segments share them out. */
import { crc32c } from '../wire/crc32c.ts'
import type { Log } from './log.ts'

type Say = (what: string) => void

/** `sums`: of each of its batches, when they were first seen. */
export function checkSums({ batches, buffer }: Log, sums: readonly number[], say: Say): void {
  for (let i = 0; i < batches.length; i++) {
    const { position, size, baseOffset } = batches[i]!
    if (sums[i] === undefined) return
    if (position !== (i === 0 ? 0 : batches[i - 1]!.position + batches[i - 1]!.size))
      say(`the batch at ${baseOffset} is not where the last one ended`)
    if (crc32c(buffer, position, position + size) !== sums[i]) say(`the batch at ${baseOffset} has changed`)
  }
}

/** They lie one behind the other, and the batches of each lie in it. */
export function checkSegments({ segments, batches, size, startOffset, endOffset }: Log, say: Say): void {
  for (const [index, { baseOffset, position }] of segments.entries()) {
    const next = segments[index + 1]
    if (next !== undefined && (next.baseOffset <= baseOffset || next.position < position))
      say(`its segment at ${baseOffset} is followed by one at ${next.baseOffset}`)
  }
  const last = segments[segments.length - 1]!
  if (segments[0]!.baseOffset > startOffset)
    say(`its first segment begins at ${segments[0]!.baseOffset}, and it at ${startOffset}`)
  if (segments[0]!.position !== 0 || last.position > size || last.baseOffset > endOffset)
    say(`its segments begin at byte ${segments[0]!.position}, and end at ${last.baseOffset} with byte ${last.position}`)
  const active = batches[batches.length - 1]
  if (active !== undefined && active.position >= last.position && active.baseOffset < last.baseOffset)
    say(`its active segment begins at ${last.baseOffset}, and has the batch at ${active.baseOffset}`)
}
