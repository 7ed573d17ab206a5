/**
 * Which properties decide about an application, and which tell what happened below it.
 *
 * `promise`: what became of the messages. A violation decides the verdict. `contract`: what a layer owes the one above it (offsets,
 * ownership, what send() says). Broken, it explains a broken promise; alone it is worth knowing and decides nothing, as the promise was
 * kept all the same.
 */
export type Level = 'promise' | 'contract'

const PROMISES: ReadonlySet<string> = new Set([
  'effects-exactly-once',
  'effects-at-least-once',
  'effects-at-most-once',
  'progress-after-heal',
])

export function levelOf(property: string): Level {
  return PROMISES.has(property) ? 'promise' : 'contract'
}

/** The promise itself: a search that asks for it is over when it is broken. That an application got stuck is told beside it. */
export function isAskedFor(property: string): boolean {
  return property.startsWith('effects-')
}
