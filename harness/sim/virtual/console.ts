/**
 * `console`: formatted by fixed rules (no colours, the host's terminal plays no part) into the process' log, one call per line
 * or block. Times are virtual.
 */
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { formatWithOptions, type InspectOptions, inspect } from 'node:util'
import type { Port } from '../port.ts'
import { refused } from './refused.ts'
import type { Seat } from './seat.ts'

type Level = Parameters<Port['log']>[0]
const FORMAT: InspectOptions = { colors: false }

export function createConsole(seat: Seat) {
  let indent = ''
  const counts = new Map<string, number>()
  const times = new Map<string, number>()

  const put = (level: Level, text: string) => seat.port.log(level, indent === '' ? text : text.replace(/^/gm, indent))
  const print =
    (level: Level) =>
    (...args: unknown[]) =>
      put(level, formatWithOptions(FORMAT, ...args))
  const log = print('log')
  const warn = print('warn')
  const group = (...label: unknown[]) => {
    if (label.length > 0) log(...label)
    indent += '  '
  }
  const since = (label: string) => {
    const started = times.get(label)
    if (started === undefined) warn(`No such label '${label}' for console.time()`)
    return started === undefined ? undefined : `${label}: ${seat.port.nowMs('performance') - started}ms`
  }

  const console = {
    log,
    info: print('info'),
    debug: print('debug'),
    warn,
    error: print('error'),
    trace: (...args: unknown[]) =>
      put('error', `Trace${args.length > 0 ? `: ${formatWithOptions(FORMAT, ...args)}` : ''}`),
    dir: (value: unknown, options?: InspectOptions) =>
      put('log', inspect(value, { customInspect: false, ...options, colors: false })),
    dirxml: log,
    table: (data: unknown, columns?: string[]) => put('log', tableText(data, columns)),
    assert(condition: unknown, ...args: unknown[]) {
      if (!condition)
        warn(args.length > 0 ? `Assertion failed: ${formatWithOptions(FORMAT, ...args)}` : 'Assertion failed')
    },
    count(label = 'default') {
      counts.set(label, (counts.get(label) ?? 0) + 1)
      log(`${label}: ${counts.get(label)}`)
    },
    countReset: (label = 'default') => void counts.delete(label),
    group,
    groupCollapsed: group,
    groupEnd() {
      indent = indent.slice(2)
    },
    time(label = 'default') {
      times.set(label, seat.port.nowMs('performance'))
    },
    timeLog(label = 'default', ...args: unknown[]) {
      const text = since(label)
      if (text !== undefined) log(text, ...args)
    },
    timeEnd(label = 'default') {
      const text = since(label)
      if (text !== undefined) log(text)
      times.delete(label)
    },
    clear() {},
    timeStamp() {},
    profile() {},
    profileEnd() {},
    Console: refused(seat, 'console.Console', 'Write to the global console, or to process.stdout.'),
  }
  const reset = () => {
    indent = ''
    counts.clear()
    times.clear()
  }
  return { console, reset }
}

/** The host's own table, caught on its way out. */
function tableText(data: unknown, columns?: string[]): string {
  let text = ''
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  new Console({ stdout, colorMode: false }).table(data, columns)
  return text.replace(/\n$/, '')
}
