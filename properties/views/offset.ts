/** Offsets are decimal strings in a history; here they are counted with, so they become numbers, or the judgement is refused. */
export function offsetOf(text: string): number {
  const offset = Number(text)
  // A wrong number would be a wrong verdict; a property that throws is `unknown`.
  if (text === '' || !Number.isSafeInteger(offset)) throw new Error(`offset '${text}' is not a whole number below 2^53`)
  return offset
}

/** `orders/0`, `orders/0@17`: how a place is told to a person. */
export function place(topic: string, partition: number, offset?: number | string): string {
  return offset === undefined ? `${topic}/${partition}` : `${topic}/${partition}@${offset}`
}
