/**
 * `performance` on virtual time, and `perf_hooks` around it. Marks and measures are kept so that they can be read back;
 * observers, histograms and timerify are refused.
 */
import { EPOCH_MS } from './date.ts'
import { insteadOf, refused } from './refused.ts'
import type { Seat } from './seat.ts'

interface Entry {
  readonly name: string
  readonly entryType: 'mark' | 'measure'
  readonly startTime: number
  readonly duration: number
  readonly detail: unknown
  toJSON(): object
}

interface MeasureOptions {
  start?: string | number
  end?: string | number
  duration?: number
  detail?: unknown
}

function entry(
  name: string,
  entryType: Entry['entryType'],
  startTime: number,
  duration: number,
  detail: unknown,
): Entry {
  const data = { name: String(name), entryType, startTime, duration, detail: detail ?? null }
  return Object.defineProperty({ ...data, toJSON: () => data }, 'toJSON', { enumerable: false })
}

export function createPerformance(seat: Seat) {
  let entries: Entry[] = []
  const now = () => seat.port.nowMs('performance')
  const timeOf = (at: string | number | undefined, otherwise: () => number) => {
    if (at === undefined) return otherwise()
    if (typeof at === 'number') return at
    const mark = entries.findLast((e) => e.entryType === 'mark' && e.name === at)
    if (mark === undefined) throw new DOMException(`The "${at}" performance mark has not been set`, 'SyntaxError')
    return mark.startTime
  }
  const keep = (made: Entry) => {
    entries.push(made)
    return made
  }
  const drop = (type: Entry['entryType'], name?: string) => {
    entries = entries.filter((e) => e.entryType !== type || (name !== undefined && e.name !== name))
  }
  const idle = { idle: 0, active: 0, utilization: 0 }

  const performance = {
    timeOrigin: EPOCH_MS,
    now,
    mark: (name: string, options: { startTime?: number; detail?: unknown } = {}) =>
      keep(entry(name, 'mark', options.startTime ?? now(), 0, options.detail)),
    measure(name: string, from?: string | MeasureOptions, to?: string) {
      const options: MeasureOptions =
        typeof from === 'object'
          ? from
          : { ...(from !== undefined && { start: from }), ...(to !== undefined && { end: to }) }
      const { duration } = options
      const end =
        options.end === undefined && duration !== undefined && options.start !== undefined
          ? timeOf(options.start, now) + duration
          : timeOf(options.end, now)
      const start =
        options.start === undefined && duration !== undefined ? end - duration : timeOf(options.start, () => 0)
      return keep(entry(name, 'measure', start, end - start, options.detail))
    },
    clearMarks: (name?: string) => drop('mark', name),
    clearMeasures: (name?: string) => drop('measure', name),
    getEntries: () => [...entries],
    getEntriesByName: (name: string, type?: string) =>
      entries.filter((e) => e.name === name && (type === undefined || e.entryType === type)),
    getEntriesByType: (type: string) => entries.filter((e) => e.entryType === type),
    eventLoopUtilization: () => idle,
    toJSON: () => ({ timeOrigin: EPOCH_MS, eventLoopUtilization: idle }),
    timerify: refused(seat, 'performance.timerify', insteadOf('perf_hooks')),
  }
  Object.defineProperty(performance, Symbol.toStringTag, { value: 'Performance', configurable: true })
  const reset = () => {
    entries = []
  }
  return { performance, reset }
}

export function createPerfHooks(seat: Seat, performance: object): object {
  const names = ['PerformanceObserver', 'PerformanceEntry', 'monitorEventLoopDelay', 'createHistogram']
  const rest = names.map((name) => [name, refused(seat, `perf_hooks.${name}`, insteadOf('perf_hooks'))])
  return { performance, constants: {}, ...Object.fromEntries(rest) }
}
