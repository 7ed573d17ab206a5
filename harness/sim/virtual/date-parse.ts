/**
 * Date.parse as on a machine whose zone is UTC: a text that names no zone is read as UTC, whatever the host's zone is.
 * The engine's own parser does the work; all that is decided here is whether the text names a zone.
 */

const Real = Date

/** `Z`, `UTC`, `GMT`, `EST`, …, or an offset behind a time. */
const ZONE = /(?<![a-z])(?:z|ut|utc|gmt|[ecmp][sd]t)(?![a-z])|:\d{2}(?:[:.,]\d+)*\s*(?:[ap]m\s*)?[+-]\d/i
/** The only form that is UTC by itself: a date without a time. */
const ISO_DATE = /^\s*(?:[+-]\d{6}|\d{4})(?:-\d{2}(?:-\d{2})?)?\s*$/
const ISO_TIME = /^\s*(?:[+-]\d{6}|\d{4})(?:-\d{2}(?:-\d{2})?)?T\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*$/

export function parseUtc(value: string): number {
  if (ISO_DATE.test(value) || ZONE.test(value.replace(/\(.*?\)/g, ''))) return Real.parse(value)
  const zoned = Real.parse(ISO_TIME.test(value) ? `${value.trim()}Z` : `${value} UTC`)
  if (!Number.isNaN(zoned)) return zoned
  // No text that the engine reads is known to land here; its local fields are then the ones that were written.
  const local = new Real(value)
  return Real.UTC(
    local.getFullYear(),
    local.getMonth(),
    local.getDate(),
    local.getHours(),
    local.getMinutes(),
    local.getSeconds(),
    local.getMilliseconds(),
  )
}
