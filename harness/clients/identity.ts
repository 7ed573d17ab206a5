/**
 * Which message a record is: its header `ackward-id`, else its key as UTF-8, else '' (it has no identity). The model of the cluster and
 * the harness' own writes go by the same rule, so that one message has one name from input to effect.
 */
export const ID_HEADER = 'ackward-id'

/** Takes both what applications hand to kafkajs and what kafkajs hands to them. */
export function identityOf(record: { readonly key?: unknown; readonly headers?: unknown }): string {
  const headers = record.headers as Readonly<Record<string, unknown>> | null | undefined
  const header = headers?.[ID_HEADER]
  const named = textOf(Array.isArray(header) ? header[0] : header)
  return named ?? textOf(record.key) ?? ''
}

export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
  return String(value)
}
