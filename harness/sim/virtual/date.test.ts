import { types } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { EPOCH_MS } from './date.ts'
import { inside } from './testing/fixture.ts'

const hostZone = process.env.TZ
afterEach(() => {
  process.env.TZ = hostZone
  if (hostZone === undefined) delete process.env.TZ
})

// Every answer is the one of a machine in UTC, at the start of the world plus 5 ms.
const cases: [string, unknown][] = [
  ['Date.now()', EPOCH_MS + 5],
  ['new Date().getTime()', EPOCH_MS + 5],
  ['new Date().toISOString()', '2024-01-01T00:00:00.005Z'],
  ['Date()', 'Mon Jan 01 2024 00:00:00 GMT+0000 (Coordinated Universal Time)'],
  ['String(new Date(0))', 'Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)'],
  ['String(new Date(NaN))', 'Invalid Date'],
  ['new Date(2024, 6, 4, 12, 30).toISOString()', '2024-07-04T12:30:00.000Z'],
  ['new Date(99, 0).getFullYear()', 1999],
  ['new Date("2024-07-04T12:00:00").getTime()', Date.UTC(2024, 6, 4, 12)],
  ['new Date("2024-07-04").getTime()', Date.UTC(2024, 6, 4)],
  ['new Date("Jul 4 2024 12:00").getTime()', Date.UTC(2024, 6, 4, 12)],
  ['new Date("Jul 4 2024 12:00 PM").getTime()', Date.UTC(2024, 6, 4, 12)],
  ['new Date("Jul 4, 2024").getTime()', Date.UTC(2024, 6, 4)],
  ['new Date("2024/07/04 12:00").getTime()', Date.UTC(2024, 6, 4, 12)],
  ['new Date("2024-07-04 12:00").getTime()', Date.UTC(2024, 6, 4, 12)],
  ['new Date("2024-07-04T12:00:00+02:00").getTime()', Date.UTC(2024, 6, 4, 10)],
  ['new Date("2024-07-04T12:00:00.500Z").getTime()', Date.UTC(2024, 6, 4, 12, 0, 0, 500)],
  ['new Date("Thu, 04 Jul 2024 12:00:00 GMT").getTime()', Date.UTC(2024, 6, 4, 12)],
  ['new Date("Jul 4 2024 12:00:00 GMT-0500 (EST)").getTime()', Date.UTC(2024, 6, 4, 17)],
  ['new Date("Jul 4 2024 12:00 PDT").getTime()', Date.UTC(2024, 6, 4, 19)],
  ['new Date("nonsense").getTime()', Number.NaN],
  ['Date.parse("2024-03-10T02:30:00")', Date.UTC(2024, 2, 10, 2, 30)],
  ['new Date({ valueOf: () => 7 }).getTime()', 7],
  ['new Date({ [Symbol.toPrimitive]: () => "2024-01-02T00:00" }).getTime()', Date.UTC(2024, 0, 2)],
  ['new Date(new Date(7)).getTime()', 7],
  ['new Date(undefined).getTime()', Number.NaN],
  ['new Date(null).getTime()', 0],
  ['new Date(0).getTimezoneOffset()', 0],
  ['new Date(0).getHours()', 0],
  ['new Date(0).getDay()', 4],
  ['new Date(0).setHours(5, 6, 7, 8)', ((5 * 60 + 6) * 60 + 7) * 1000 + 8],
  ['new Date(0).setMonth(1)', Date.UTC(1970, 1, 1)],
  ['new Date(0).setFullYear(2020, 1, 29)', Date.UTC(2020, 1, 29)],
  ['new Date(0).getYear()', 70],
  ['new Date(0).toDateString()', 'Thu Jan 01 1970'],
  ['new Date(0).toTimeString()', '00:00:00 GMT+0000 (Coordinated Universal Time)'],
  ['new Date(0).toLocaleDateString()', '1/1/1970'],
  ['new Date(0).toLocaleDateString("de-DE")', '1.1.1970'],
  ['new Date(0).toLocaleTimeString("en-GB")', '00:00:00'],
  ['new Date(0).toLocaleTimeString("en-GB", { timeZone: "Asia/Tokyo" })', '09:00:00'],
  ['new Date(5) + 1', 'Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)1'],
  ['new Date(5) - 1', 4],
  ['JSON.stringify({ at: new Date(0) })', '{"at":"1970-01-01T00:00:00.000Z"}'],
  ['new Date() instanceof Date', true],
  ['new Date().constructor === Date', true],
  ['Object.getPrototypeOf(new Date()) === Date.prototype', true],
  ['structuredClone(new Date(0)) instanceof Date', true],
  ['({}) instanceof Date', false],
  ['Object.prototype.toString.call(new Date())', '[object Date]'],
  ['Date.name + Date.length', 'Date7'],
  ['Date.UTC(2024, 0)', EPOCH_MS],
  [
    'class Day extends Date { tag() { return "day" } }; const d = new Day(0); [d.tag(), d.getHours(), d instanceof Day, d instanceof Date, new Date() instanceof Day].join()',
    'day,0,true,true,false',
  ],
  ['require("util").inspect(new Date(0))', '1970-01-01T00:00:00.000Z'],
  ['new Intl.DateTimeFormat().resolvedOptions().timeZone', 'UTC'],
  ['new Intl.DateTimeFormat().resolvedOptions().locale', 'en-US'],
  ['Intl.DateTimeFormat("en-GB").format()', '01/01/2024'],
  ['[new Date(0)].map(new Intl.DateTimeFormat("en-GB").format)[0]', '01/01/1970'],
  ['new Intl.DateTimeFormat("en-GB").formatToParts()[4].value', '2024'],
  ['new Intl.DateTimeFormat() instanceof Intl.DateTimeFormat', true],
  ['new Intl.DateTimeFormat("en-GB", { timeZone: undefined, hour: "numeric" }).format(0)', '00'],
  ['new Intl.NumberFormat().format(1234.5)', '1,234.5'],
  ['Intl.NumberFormat.supportedLocalesOf("de").join()', 'de'],
  ['["b", "a"].sort(new Intl.Collator().compare).join()', 'a,b'],
]

describe.each(['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'])('on a host in %s', (zone) => {
  it.each(cases)('%s', (expression, expected) => {
    process.env.TZ = zone
    const { run, port } = inside()
    port.clockMs = 5
    const at = expression.lastIndexOf(';')
    const body = expression.startsWith('class')
      ? `${expression.slice(0, at)}; return ${expression.slice(at + 1)}`
      : `return ${expression}`
    expect(run(body)).toEqual(expected)
  })
})

it('gives dates that the host takes for dates', () => {
  expect(types.isDate(inside().run('return new Date()'))).toBe(true)
})

it('reads the clock under its own name, once per reading', () => {
  const { run, port } = inside()
  port.calls.length = 0
  run('Date.now(); new Date(); new Date(5)')
  expect(port.calls).toEqual(['now date', 'now date'])
})
