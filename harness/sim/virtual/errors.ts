/** Errors of the shapes that Node gives them: code that looks at `code`, `name` or `syscall` must find what it expects. */
import { constants } from 'node:os'

interface NodeError extends Error {
  code: string
}

function nodeError<E extends Error>(error: E, code: string): E & NodeError {
  // As Node prints it: `TypeError [ERR_X]: …` in the stack, while `name` stays `TypeError`.
  return Object.assign(error, { code })
}

export function invalidArgument(name: string, expected: string, actual: unknown): TypeError {
  const got =
    actual === null || actual === undefined
      ? String(actual)
      : typeof actual === 'object'
        ? 'an object'
        : `type ${typeof actual}`
  return nodeError(new TypeError(`The "${name}" argument must be ${expected}. Received ${got}`), 'ERR_INVALID_ARG_TYPE')
}

export function outOfRange(name: string, range: string, actual: unknown): RangeError {
  return nodeError(
    new RangeError(`The value of "${name}" is out of range. It must be ${range}. Received ${String(actual)}`),
    'ERR_OUT_OF_RANGE',
  )
}

export function streamError(
  code: 'ERR_STREAM_WRITE_AFTER_END' | 'ERR_STREAM_DESTROYED' | 'ERR_STREAM_ALREADY_FINISHED',
  message: string,
): Error {
  return nodeError(new Error(message), code)
}

/** What an aborted wait rejects with. */
export function abortError(cause: unknown): Error {
  const error = new Error('The operation was aborted', { cause })
  error.name = 'AbortError'
  return nodeError(error, 'ABORT_ERR')
}

/** Linux' numbers, whatever the host is. */
const ERRNO: Record<string, number> = {
  ECONNREFUSED: -111,
  ECONNRESET: -104,
  ETIMEDOUT: -110,
  EHOSTUNREACH: -113,
  ENETUNREACH: -101,
  EPIPE: -32,
  EADDRNOTAVAIL: -99,
  ENOTFOUND: -3008,
}

export interface SystemError extends NodeError {
  errno: number
  syscall: string
  address?: string
  port?: number
  hostname?: string
}

export function systemError(syscall: string, code: string, at?: { host: string; port: number }): SystemError {
  const where = at === undefined ? '' : syscall === 'getaddrinfo' ? ` ${at.host}` : ` ${at.host}:${at.port}`
  const number = ERRNO[code] ?? -((constants.errno as Record<string, number>)[code] ?? 1)
  const error = Object.assign(new Error(`${syscall} ${code}${where}`), { errno: number, code, syscall })
  if (at === undefined) return error
  return syscall === 'getaddrinfo'
    ? Object.assign(error, { hostname: at.host })
    : Object.assign(error, { address: at.host, port: at.port })
}
