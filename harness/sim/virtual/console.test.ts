import { expect, it } from 'vitest'
import { inside } from './testing/fixture.ts'

it.each<[string, [string, string][]]>([
  ['console.log("a %s", 1, { b: [1] })', [['log', 'a 1 { b: [ 1 ] }']]],
  [
    'console.info("a"); console.debug("b"); console.warn("c"); console.error("d")',
    [
      ['info', 'a'],
      ['debug', 'b'],
      ['warn', 'c'],
      ['error', 'd'],
    ],
  ],
  [
    'console.group("g"); console.log("a\\nb"); console.groupEnd(); console.log("c")',
    [
      ['log', 'g'],
      ['log', '  a\n  b'],
      ['log', 'c'],
    ],
  ],
  [
    'console.assert(true); console.assert(false, "no %d", 1); console.assert(false)',
    [
      ['warn', 'Assertion failed: no 1'],
      ['warn', 'Assertion failed'],
    ],
  ],
  [
    'console.count(); console.count("x"); console.count(); console.countReset(); console.count()',
    [
      ['log', 'default: 1'],
      ['log', 'x: 1'],
      ['log', 'default: 2'],
      ['log', 'default: 1'],
    ],
  ],
  [
    'console.time(); console.timeLog("default", "a"); console.timeEnd(); console.timeEnd()',
    [
      ['log', 'default: 0ms a'],
      ['log', 'default: 0ms'],
      ['warn', "No such label 'default' for console.time()"],
    ],
  ],
  ['console.dir({ a: { b: { c: { d: 1 } } } })', [['log', '{ a: { b: { c: [Object] } } }']]],
  [
    'console.table([{ a: 1 }])',
    [['log', '┌─────────┬───┐\n│ (index) │ a │\n├─────────┼───┤\n│ 0       │ 1 │\n└─────────┴───┘']],
  ],
  ['console.trace("here")', [['error', 'Trace: here']]],
  ['require("console").log("a")', [['log', 'a']]],
])('%s', (body, logs) => {
  const { run, port } = inside()
  run(body)
  expect(port.logs).toEqual(logs)
})
