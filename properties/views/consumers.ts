/**
 * The consumers that processes made, found by process, life and group: handlers say no more. Where one life has several consumers of one
 * group nobody can tell whose a handler was.
 */
import type { Options } from '../../harness/history/client-calls.ts'
import type { ByWhat, OpOf } from './by-what.ts'

export interface Consumer {
  /** 1, 2, … within its process, as in `assigned`; undefined where there are several. */
  readonly number: number | undefined
  /** In order of the history. */
  readonly assigned: readonly OpOf<'assigned'>[]
  /** What it chose when it was last told to run. */
  running(index: number): Options | undefined
  /** Where it starts in this topic without a position of its own; undefined where the history does not say. */
  policy(topic: string, index: number): 'earliest' | 'latest' | undefined
}

interface InGroup {
  readonly process: string
  readonly incarnation: number
  readonly body: { readonly group: string }
}

export interface Consumers {
  of(op: InGroup): Consumer | undefined
  /** The same for the same consumer. */
  keyOf(op: InGroup): string
}

const keyOf = ({ process, incarnation, body }: InGroup): string => `${process}#${incarnation}#${body.group}`

export function consumersOf(byWhat: ByWhat): Consumers {
  const found = new Map<string, OpOf<'assigned'>[]>()
  for (const op of byWhat.of('assigned')) {
    const key = keyOf(op)
    const known = found.get(key)
    if (known === undefined) found.set(key, [op])
    else known.push(op)
  }
  const calls = new Map<string, OpOf<'run'>[]>()
  for (const op of [...byWhat.invoked('subscribe'), ...byWhat.invoked('run')]) {
    const group = op.body.options?.group
    if (group === undefined) continue
    const key = keyOf({ ...op, body: { group } })
    calls.set(key, [...(calls.get(key) ?? []), op])
  }
  const made = new Map<string, Consumer>()
  for (const [key, assigned] of found) made.set(key, consumer(assigned, calls.get(key) ?? []))
  return { of: (op) => made.get(keyOf(op)), keyOf }
}

function consumer(assigned: readonly OpOf<'assigned'>[], calls: readonly OpOf<'run'>[]): Consumer {
  const first = assigned[0]!.body.consumer
  const last = (what: string, index: number, topic?: string) =>
    calls.findLast(
      ({ index: at, body }) =>
        at < index && body.what === what && (topic === undefined || body.options?.topics?.includes(topic)),
    )?.body.options
  return {
    number: assigned.every(({ body }) => body.consumer === first) ? first : undefined,
    assigned,
    running: (index) => last('run', index),
    policy(topic, index) {
      const fromBeginning = last('subscribe', index, topic)?.fromBeginning
      return fromBeginning === undefined ? undefined : fromBeginning ? 'earliest' : 'latest'
    },
  }
}
