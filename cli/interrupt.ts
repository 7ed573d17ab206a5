/** Ctrl-C: the work is told, and gets a moment to say what it found; then we go on without it. */

export const stopped = Symbol('stopped')

/** A shrinking thread or a run that does not look at the signal must not hold up a person who wants to leave. */
const graceMs = 1_500

export async function unlessStopped<T>(
  work: Promise<T>,
  signal: AbortSignal,
  grace = graceMs,
): Promise<T | typeof stopped> {
  // When nobody waits for it any more, its failure must not end the process.
  work.catch(() => {})
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  const late = new Promise<typeof stopped>((resolve) => {
    onAbort = () => {
      timer = setTimeout(() => resolve(stopped), grace)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
  }
}
