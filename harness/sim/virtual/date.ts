/**
 * `Date` on virtual time, in UTC. The world begins on 2024-01-01T00:00:00.000Z, a fixed date: a date of the machine would make
 * every run another one.
 *
 * Instances are real dates (util.types.isDate, structuredClone and JSON take them), with the local getters, setters and texts
 * of a machine whose time zone is UTC. A real Date that the host made (structuredClone gives one) is an instance as well, but
 * its local methods follow the host's zone.
 */
import { types } from 'node:util'
import { parseUtc } from './date-parse.ts'
import type { Fn, Seat } from './seat.ts'

export const EPOCH_MS = Date.UTC(2024, 0, 1)

const Real = Date
const real = Real.prototype as unknown as Record<string, Fn>

export function createDate(seat: Seat): DateConstructor {
  const now = () => EPOCH_MS + seat.port.nowMs('date')

  function timeOf(args: unknown[]): number {
    if (args.length === 0) return now()
    if (args.length > 1) return Reflect.apply(Real.UTC, Real, args)
    const [value] = args
    if (types.isDate(value)) return Real.prototype.getTime.call(value)
    const primitive = toPrimitive(value)
    return typeof primitive === 'string' ? parseUtc(primitive) : Number(primitive)
  }

  function VirtualDate(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return text(new Real(now()))
    return Reflect.construct(Real, [timeOf(args)], new.target)
  }

  const prototype = Object.create(Real.prototype, methods()) as Date
  const define = (name: string, value: unknown) =>
    Object.defineProperty(VirtualDate, name, { value, writable: true, configurable: true })
  Object.defineProperty(VirtualDate, 'name', { value: 'Date' })
  Object.defineProperty(VirtualDate, 'length', { value: 7 })
  Object.defineProperty(VirtualDate, 'prototype', { value: prototype, writable: false })
  Object.defineProperty(prototype, 'constructor', { value: VirtualDate, writable: true, configurable: true })
  define('now', now)
  define('parse', (value: unknown) => parseUtc(String(value)))
  define('UTC', Real.UTC)
  // The host's dates count as ours, but not as instances of a class that the application derives from ours.
  define(Symbol.hasInstance as unknown as string, function (this: Fn, value: unknown) {
    return this === (VirtualDate as Fn)
      ? value instanceof Real
      : Function.prototype[Symbol.hasInstance].call(this, value)
  })
  return VirtualDate as unknown as DateConstructor
}

/** The default conversion that `new Date(value)` makes of an object. */
function toPrimitive(value: unknown): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value
  const object = value as { [Symbol.toPrimitive]?: Fn; valueOf(): unknown; toString(): string }
  const custom = object[Symbol.toPrimitive]
  if (typeof custom === 'function') return custom.call(object, 'default')
  const plain = typeof object.valueOf === 'function' ? object.valueOf() : object
  return (typeof plain === 'object' && plain !== null) || typeof plain === 'function' ? object.toString() : plain
}

/** Every method that looks at the local time zone, answered from UTC. */
function methods(): PropertyDescriptorMap {
  const map: PropertyDescriptorMap = {}
  const add = (name: string, value: Fn) => {
    Object.defineProperty(value, 'name', { value: name })
    map[name] = { value, writable: true, configurable: true }
  }
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    const get = real[`getUTC${part}`]!
    const set = real[`setUTC${part}`]
    add(`get${part}`, function (this: Date) {
      return get.call(this)
    })
    if (set !== undefined)
      add(`set${part}`, function (this: Date, ...values: unknown[]) {
        return set.apply(this, values)
      })
  }
  add('getYear', function (this: Date) {
    return this.getUTCFullYear() - 1900
  })
  add('setYear', function (this: Date, year: number) {
    const whole = Math.trunc(Number(year))
    if (Number.isNaN(this.getTime())) this.setTime(0)
    return this.setUTCFullYear(whole >= 0 && whole <= 99 ? 1900 + whole : whole)
  })
  add('getTimezoneOffset', function (this: Date) {
    return Number.isNaN(this.getTime()) ? Number.NaN : 0
  })
  add('toString', function (this: Date) {
    return text(this)
  })
  add('toDateString', function (this: Date) {
    return dateText(this)
  })
  add('toTimeString', function (this: Date) {
    return timeText(this)
  })
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'])
    add(name, function (this: Date, locales?: unknown, options?: Intl.DateTimeFormatOptions) {
      return real[name]!.call(this, locales ?? 'en-US', { ...options, timeZone: options?.timeZone ?? 'UTC' })
    })
  return map
}

const INVALID = 'Invalid Date'

// 'Mon, 01 Jan 2024 00:00:00 GMT' is the one text of a date that knows no time zone; the others are made from it.
function parts(date: Date): string[] {
  return Real.prototype.toUTCString.call(date).split(/,? /)
}

function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return INVALID
  const [weekday, day, month, year] = parts(date)
  return `${weekday} ${month} ${day} ${year}`
}

function timeText(date: Date): string {
  return Number.isNaN(date.getTime()) ? INVALID : `${parts(date)[4]} GMT+0000 (Coordinated Universal Time)`
}

function text(date: Date): string {
  return Number.isNaN(date.getTime()) ? INVALID : `${dateText(date)} ${timeText(date)}`
}
