/**
 * `Intl` of a machine set to en-US and UTC. Formatters are the host's own; only what they take from the machine is given:
 * the locale, the time zone, and the date of today when none is passed.
 *
 * Texts follow the ICU data of the host's Node and may differ between versions, as they do in reality.
 */
import type { Fn } from './seat.ts'

const LOCALIZED = [
  'Collator',
  'DisplayNames',
  'DurationFormat',
  'ListFormat',
  'NumberFormat',
  'PluralRules',
  'RelativeTimeFormat',
  'Segmenter',
]

export function createIntl(now: () => number): typeof Intl {
  const intl = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(Intl)) as Record<string, unknown>
  const put = (name: string, value: unknown) =>
    Object.defineProperty(intl, name, { value, writable: true, configurable: true })
  for (const name of LOCALIZED) {
    const Real = (Intl as unknown as Record<string, Fn | undefined>)[name]
    if (Real !== undefined)
      put(
        name,
        withDefaults(Real, (options) => options),
      )
  }
  put('DateTimeFormat', createDateTimeFormat(now))
  return intl as unknown as typeof Intl
}

/** The same class (its prototype is shared, so instanceof holds) with other defaults. */
function withDefaults(Real: Fn, amend: Fn, prototype: object = Real.prototype): Fn {
  function Localized(locales?: unknown, options?: object): unknown {
    // DateTimeFormat and its like may be called without `new`.
    const target = new.target ?? (Localized as unknown as Fn)
    return Reflect.construct(Real, [locales ?? 'en-US', amend(options)], target)
  }
  const statics = Object.getOwnPropertyDescriptors(Real) as PropertyDescriptorMap
  statics.prototype = { value: prototype, writable: false }
  Object.defineProperties(Localized, statics)
  return Localized
}

function createDateTimeFormat(now: () => number): Fn {
  const Real = Intl.DateTimeFormat
  const real = Real.prototype
  const realFormat = Object.getOwnPropertyDescriptor(real, 'format')!.get!
  const formats = new WeakMap<object, Fn>()
  const prototype = Object.create(real, {
    // A getter of a bound function, as in the standard: `dates.map(format.format)` must work.
    format: {
      configurable: true,
      get(this: Intl.DateTimeFormat) {
        let format = formats.get(this)
        if (format === undefined) {
          const bound = realFormat.call(this) as Fn
          formats.set(this, (format = (date?: unknown) => bound(date ?? now())))
        }
        return format
      },
    },
    formatToParts: {
      configurable: true,
      writable: true,
      value(this: Intl.DateTimeFormat, date?: Date | number) {
        return real.formatToParts.call(this, date ?? now())
      },
    },
  })
  const Format = withDefaults(
    Real as unknown as Fn,
    (options: Intl.DateTimeFormatOptions | undefined) => ({ ...options, timeZone: options?.timeZone ?? 'UTC' }),
    prototype,
  )
  Object.defineProperty(prototype, 'constructor', { value: Format, writable: true, configurable: true })
  return Format
}
