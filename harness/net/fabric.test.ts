import { expect, test } from 'vitest'
import type { Connection, Direction, Segment } from './connection.ts'
import { Fabric } from './fabric.ts'
import { slow } from './rules.ts'

/** A carrier without time: what is sent waits in a list until it is let through. */
function fabric() {
  const wire: { on: Connection; direction: Direction; segment: Segment; extraMs: number }[] = []
  const seen: string[] = []
  const made = new Fabric(
    { carry: (on, direction, segment, extraMs) => wire.push({ on, direction, segment, extraMs }) },
    { arrived: (_on, direction, segment) => seen.push(`${direction} ${segment.kind}`) },
  )
  const flow = (): void => {
    for (const { on, direction, segment } of wire.splice(0)) made.arrive(on, direction, segment)
  }
  return { made, wire, seen, flow }
}

const data: Segment = { kind: 'data', bytes: new Uint8Array(3) }

test('FIN closes one direction and leaves the other open', () => {
  const { made, seen, flow } = fabric()
  const on = made.open('app', 'broker-0:9092')
  made.send(on, 'up', { kind: 'fin' })
  made.send(on, 'up', data)
  made.send(on, 'down', data)
  flow()
  expect(seen).toEqual(['up syn', 'up fin', 'down data'])
})

test('RST ends both directions, and what is still on its way is not delivered', () => {
  const { made, seen, flow } = fabric()
  const on = made.open('app', 'broker-0:9092')
  made.send(on, 'up', { kind: 'rst' })
  made.send(on, 'down', data)
  flow()
  expect(seen).toEqual(['up syn', 'up rst'])
  expect(made.connections.size).toBe(0)
})

test.each(['fin', 'rst'] as const)('a cut by %s tells both sides', (how) => {
  const { made, seen, flow } = fabric()
  const on = made.open('app', 'broker-0:9092')
  made.cut(on, how)
  flow()
  expect(seen).toEqual(['up syn', `up ${how}`, `down ${how}`])
})

test('what was sent before a cut still arrives', () => {
  const { made, seen, flow } = fabric()
  const on = made.open('app', 'broker-0:9092')
  made.send(on, 'down', data)
  made.cut(on, 'rst')
  made.send(on, 'down', data)
  flow()
  expect(seen).toEqual(['up syn', 'down data', 'up rst', 'down rst'])
})

test('the first rule that does not pass wins, and can be lifted', () => {
  const { made, wire } = fabric()
  const lift = made.rules.add(slow('app', 40))
  made.rules.add(() => ({ is: 'drop' }))
  made.open('app', 'broker-0:9092')
  expect(wire.at(-1)?.extraMs).toBe(40)
  lift()
  made.open('app', 'broker-0:9092')
  expect(wire.length).toBe(1)
})
