/** An error as the history keeps it. */
import type { Failure } from '../history/op.ts'

/** kafkajs wraps an error in a wrapper a few times at most; the limit is for causes that form a ring. */
const MAX_CAUSES = 8

export function failureOf(error: unknown): Failure {
  if (typeof error !== 'object' || error === null) {
    return { name: typeof error, code: '', retriable: null, message: String(error) }
  }
  const { name, message, retriable } = error as { name?: unknown; message?: unknown; retriable?: unknown }
  return {
    name: String(name ?? 'Error'),
    code: codeOf(error),
    retriable: typeof retriable === 'boolean' ? retriable : null,
    message: String(message ?? ''),
  }
}

/**
 * Kafka's error name (`type`), else Node's code. kafkajs' wrappers (KafkaJSNumberOfRetriesExceeded, KafkaJSNonRetriableError) have
 * neither, what they wrap has: so the causes are asked in order. Its numeric `code` is never taken, as `type` stands beside it.
 */
function codeOf(error: unknown): string {
  let at = error
  for (let depth = 0; depth < MAX_CAUSES && typeof at === 'object' && at !== null; depth++) {
    const { type, code, cause } = at as { type?: unknown; code?: unknown; cause?: unknown }
    if (typeof type === 'string') return type
    if (typeof code === 'string') return code
    at = cause
  }
  return ''
}

/**
 * Whether kafkajs refused a call by itself, so that nothing was asked of the cluster. Its retrier wraps what went wrong (with a cause)
 * or lets an error of the cluster through (with a name of its own); what it checks beforehand are its only plain errors.
 */
export function isRefusal(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { name, cause } = error as { name?: unknown; cause?: unknown }
  return (name === 'KafkaJSNonRetriableError' || name === 'KafkaJSError') && (cause === undefined || cause === null)
}
