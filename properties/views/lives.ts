/** Which processes lived when, and which of them owned a partition. */
import type { ByWhat, OpOf } from './by-what.ts'

export interface Life {
  readonly process: string
  readonly incarnation: number
  readonly started: OpOf<'process'>
  /** What ended it; undefined while it lives. A process that is paused lives. */
  readonly ended: OpOf<'process'> | undefined
}

export interface Lives {
  /** In order of starting. */
  readonly all: readonly Life[]
  /** The life that this process has, or had last, at this position. */
  at(process: string, index: number): Life | undefined
  /** `gave-up` of the supervisor, if it came before. */
  gaveUp(process: string, index: number): OpOf<'process'> | undefined
  /** The lives that own this partition at this position: assigned, nothing revoked since, not crashed, alive. */
  ownersAt(topic: string, partition: number, index: number): readonly Owner[]
}

export interface Owner {
  readonly life: Life
  readonly assigned: OpOf<'assigned'>
}

const isEnd = (is: OpOf<'process'>['body']['is']): boolean =>
  is === 'killed' || is === 'exited' || is === 'crashed' || is === 'stopped'

export const livedAt = (life: Life, index: number): boolean =>
  life.started.index <= index && (life.ended === undefined || life.ended.index > index)

export function livesOf(byWhat: ByWhat): Lives {
  const ops = byWhat.of('process')
  const all: Life[] = []
  for (const [position, op] of ops.entries()) {
    if (op.body.is !== 'started') continue
    const { process, incarnation } = op
    const ended = ops
      .slice(position)
      .find((other) => other.process === process && other.incarnation === incarnation && isEnd(other.body.is))
    all.push({ process, incarnation, started: op, ended })
  }
  const lastOf = (process: string, index: number) =>
    all.findLast((life) => life.process === process && life.started.index <= index)
  return {
    all,
    at: lastOf,
    gaveUp: (process, index) =>
      ops.findLast((op) => op.process === process && op.index <= index && op.body.is === 'gave-up'),
    ownersAt(topic, partition, index) {
      const owners: Owner[] = []
      for (const life of all) {
        if (!livedAt(life, index)) continue
        for (const assigned of currentAssignments(byWhat, life, index)) {
          if (assigned.body.partitions.some((own) => own.topic === topic && own.partition === partition)) {
            owners.push({ life, assigned })
          }
        }
      }
      return owners
    },
  }
}

/** The last assignment of each consumer of this life, unless it lost it since. */
function currentAssignments(byWhat: ByWhat, life: Life, index: number): readonly OpOf<'assigned'>[] {
  const ofLife = (op: OpOf<'assigned'> | OpOf<'revoked'> | OpOf<'crashed'>) =>
    op.process === life.process && op.incarnation === life.incarnation && op.index <= index
  const byConsumer = new Map<number, OpOf<'assigned'>>()
  for (const op of byWhat.of('assigned')) if (ofLife(op)) byConsumer.set(op.body.consumer, op)
  for (const op of [...byWhat.of('revoked'), ...byWhat.of('crashed')]) {
    const held = byConsumer.get(op.body.consumer)
    if (ofLife(op) && held !== undefined && held.index < op.index) byConsumer.delete(op.body.consumer)
  }
  return [...byConsumer.values()]
}
