/** Plays a sequence to one side and writes down what came of each request, and when. */

import type { Served } from '../harness/model/releases.ts'
import { apis } from '../harness/wire/apis/index.ts'
import type { Api } from '../harness/wire/schema.ts'
import { type Heir, Seats } from './seats.ts'
import {
  type Internal,
  isMove,
  isOutage,
  isSleep,
  type Outage,
  type Restart,
  type Send,
  type Sequence,
} from './sequence.ts'
import { Session } from './session.ts'

/** What came of a request. `pending`: nothing, until the end of the sequence. */
export type Outcome =
  | { readonly is: 'answer'; readonly body: unknown }
  | { readonly is: 'closed' }
  | { readonly is: 'nothing' }
  | { readonly is: 'pending' }

/** A request that is under way. */
export interface Handle {
  outcome: Outcome
}

/** A cluster that can be asked. */
export interface Side {
  /** Connections are opened when they are first used, and anew after they were closed: each client has one to each broker. */
  send(connection: number, broker: number, api: Api, version: number, body: unknown): Promise<Handle>
  /** Lets time pass until the request has come to something, or nothing has for so long: it is taken to wait for something. */
  settle(handle: Handle, quietMs: number): Promise<void>
  sleep(ms: number): Promise<void>
  /** Until every broker knows that this topic has so many partitions; 0: that there is none. */
  learnt(topic: string, partitions: number): Promise<void>
  /** Until this broker leads and everybody knows it. */
  move(topic: string, partition: number, to: number): Promise<void>
  coordinate(internal: Internal, to: number): Promise<void>
  /** Until the others know it and the heirs lead what it led. Topics are named as on the cluster. */
  kill(broker: number, heirs: readonly Heir[]): Promise<void>
  /** Until it is in sync with the others. */
  restart(broker: number): Promise<void>
  close(): void
}

export interface Exchange {
  readonly step: number
  readonly send: Send
  /** As it went out. */
  readonly body: unknown
  readonly outcome: Outcome
  /** After which step it had come: its own, or a later one that it had waited for. */
  readonly after: number
}

export interface Transcript {
  readonly exchanges: readonly Exchange[]
  /** In front of every name of the sequence. */
  readonly prefix: string
}

const expectsNothing = ({ api, body }: Send): boolean => api === 'produce' && body.acks === 0

/** The others are answered as soon as brokers come to it, which a busy machine lets them do late. */
const MAY_WAIT: ReadonlySet<Served> = new Set(['joinGroup', 'syncGroup', 'fetch'])
const QUIET_MS = 150
const PATIENT_MS = 2_000

const quietOf = (send: Send): number => (MAY_WAIT.has(send.api) || expectsNothing(send) ? QUIET_MS : PATIENT_MS)

/** What goes on after the answer: markers are written, what groups had committed is forgotten. */
const AFTERWARDS_MS: Partial<Record<Served, number>> = { initProducerId: 20, endTxn: 20, deleteTopics: 30 }
/** Until followers have what was written, and their leader knows it. */
const REPLICATED_MS = 60

/** The topics that an answered request has made, changed or deleted, and how many partitions they have now. */
function changedBy({ api }: Send, asked: unknown, outcome: Outcome): readonly { topic: string; partitions: number }[] {
  if (outcome.is !== 'answer') return []
  const { validateOnly = false, topics = [] } = asked as {
    validateOnly?: boolean
    topics?: readonly {
      name: string
      numPartitions?: number
      count?: number
      assignments?: readonly unknown[] | null
    }[]
  }
  const { body } = outcome as { body: { topics?: Done[]; results?: Done[]; responses?: Done[] } }
  const done = (list: readonly Done[] | undefined): readonly string[] =>
    (list ?? []).flatMap(({ name, errorCode }) => (errorCode === 0 && name !== null && !validateOnly ? [name] : []))
  const asFor = (name: string) => topics.find((one) => one.name === name)
  switch (api) {
    case 'createTopics':
      return done(body.topics).map((topic) => {
        const { numPartitions = 1, assignments } = asFor(topic)!
        return { topic, partitions: Math.max(numPartitions, assignments?.length ?? 0, 1) }
      })
    case 'createPartitions':
      return done(body.results).map((topic) => ({ topic, partitions: asFor(topic)!.count! }))
    case 'deleteTopics':
      return done(body.responses).map((topic) => ({ topic, partitions: 0 }))
    default:
      return []
  }
}

interface Done {
  readonly name: string | null
  readonly errorCode: number
}

export async function play(sequence: Sequence, side: Side, prefix: string): Promise<Transcript> {
  const session = new Session(prefix)
  const seats = new Seats()
  const under: { step: number; send: Send; body: unknown; handle: Handle; after: number }[] = []
  const look = (step: number): void => {
    for (const one of under) {
      if (one.after >= 0 || one.handle.outcome.is === 'pending') continue
      one.after = step
      if (one.handle.outcome.is === 'answer') session.learn(one.send, one.handle.outcome.body)
    }
  }
  for (const [step, what] of sequence.entries()) {
    if (isSleep(what)) await side.sleep(what.sleepMs)
    else if (isMove(what)) {
      const { move } = what
      const to = seats.move(what)
      if ('leaderOf' in move) await side.move(session.nameOf(move.leaderOf), move.partition, to)
      else await side.coordinate(move.coordinates, to)
    } else if (isOutage(what)) await suffer(what, side, seats, session)
    else {
      const body = session.bodyOf(what)
      const broker = what.to === undefined ? 1 : seats.brokerOf(what.to)
      const handle = await side.send(what.connection, broker, apis[what.api], what.version, body)
      under.push({ step, send: what, body, handle, after: -1 })
      await side.settle(handle, quietOf(what))
      // Nobody is told that it was done; that its connection was closed, at once.
      if (handle.outcome.is === 'pending' && expectsNothing(what)) handle.outcome = { is: 'nothing' }
      for (const { topic, partitions } of changedBy(what, body, handle.outcome)) await side.learnt(topic, partitions)
      await side.sleep((AFTERWARDS_MS[what.api] ?? 0) + (what.to === undefined ? 0 : REPLICATED_MS))
    }
    look(step)
  }
  const waiting = under.find(({ handle }) => handle.outcome.is === 'pending')
  if (waiting !== undefined) await side.settle(waiting.handle, QUIET_MS)
  // The next sequence finds all of them.
  await suffer({ outage: 'restart' }, side, seats, session)
  look(sequence.length)
  side.close()
  return {
    prefix,
    exchanges: under.map(({ step, send, body, handle, after }) => ({
      step,
      send,
      body,
      outcome: handle.outcome,
      after,
    })),
  }
}

async function suffer(step: Outage | Restart, side: Side, seats: Seats, session: Session): Promise<void> {
  if (step.outage === 'restart') {
    const broker = seats.restart()
    if (broker !== undefined) await side.restart(broker)
    return
  }
  const killed = seats.kill(step)
  if (killed === undefined) return
  const heirs = killed.heirs.map(({ of, broker }): Heir => {
    return { of: 'leaderOf' in of ? { ...of, leaderOf: session.nameOf(of.leaderOf) } : of, broker }
  })
  await side.kill(killed.broker, heirs)
}
