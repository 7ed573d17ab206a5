/**
 * What a kafkajs consumer was asked, what it handed to the application, and what it told it about its assignment.
 *
 * A commit that the application asks for has a beginning and an end. One that kafkajs makes by itself (autoCommit) is seen when it has
 * succeeded, as a single op; not seen at all are those of `seek` and of an offset out of range, of which kafkajs tells nobody.
 * An eachBatch handler is one op over all its records, as nothing says when it is done with one of them. `pause` and `resume` are not
 * recorded.
 */
import type { Consumer, ConsumerRunConfig, EachBatchPayload, EachMessagePayload, KafkaMessage } from 'kafkajs'
import type { ApplicationBody, ClientBody, PartitionOffset, RecordRef } from '../history/op.ts'
import type { Recorder } from '../sim/port.ts'
import { failureOf, isRefusal } from './failure.ts'
import { identityOf } from './identity.ts'
import { inherit } from './kafkajs-generation.ts'
import { recordLifecycle } from './kafkajs-lifecycle.ts'
import { optionsOf } from './kafkajs-options.ts'
import { disguise, watchCall, watchHandler } from './watch.ts'

type Handler = Extract<ApplicationBody, { what: 'handler' }>
type Commit = Extract<ClientBody, { what: 'commit' }>

interface Facts {
  readonly recorder: Recorder
  readonly consumer: number
  readonly group: string
  readonly readUncommitted: boolean
  generationOf(member: string): number
}

/** Replaces methods in place, so that the application holds the very object that kafkajs made. */
export function recordConsumer(consumer: Consumer, facts: Facts): Consumer {
  // Innermost first: the op of `run` is invoked before the configuration is looked at.
  const { run } = consumer
  consumer.run = disguise((config?: ConsumerRunConfig) => run(recordHandlers(config, facts)), run)
  recordLifecycle(
    consumer,
    ['connect', 'disconnect', 'subscribe', 'run', 'stop'],
    facts.recorder,
    `consumer-${facts.consumer}`,
    (what, argument) => optionsOf(what, argument, facts),
  )
  recordCommits(consumer, facts)
  recordSeeks(consumer, facts)
  recordAssignments(consumer, facts)
  return consumer
}

function recordHandlers(
  config: ConsumerRunConfig | undefined,
  { recorder, group }: Facts,
): ConsumerRunConfig | undefined {
  if (typeof config !== 'object' || config === null) return config

  const recorded = <Payload>(
    handler: (payload: Payload) => Promise<void>,
    bodyOf: (payload: Payload) => Pick<Handler, 'records' | 'highWatermark'>,
  ) =>
    disguise(function (this: unknown, payload: Payload): Promise<void> {
      const body: Handler = { what: 'handler', group, ...bodyOf(payload) }
      const op = recorder.invoke('application', body)
      const result = watchHandler(() => handler.call(this, payload), {
        ok: () => recorder.end(op, 'ok', body),
        fail: (error) => recorder.end(op, 'fail', { ...body, error: failureOf(error) }),
      })
      return result as Promise<void>
    }, handler)

  const { eachMessage, eachBatch } = config
  return inherit(config, {
    ...(typeof eachMessage === 'function' && { eachMessage: recorded(eachMessage, ofMessage) }),
    ...(typeof eachBatch === 'function' && { eachBatch: recorded(eachBatch, ofBatch) }),
  })
}

function ofMessage({ topic, partition, message }: EachMessagePayload): Pick<Handler, 'records'> {
  return { records: [refOf(topic, partition, message)] }
}

function ofBatch({ batch }: EachBatchPayload): Pick<Handler, 'records' | 'highWatermark'> {
  const { topic, partition, messages, highWatermark } = batch
  return { records: messages.map((message) => refOf(topic, partition, message)), highWatermark: String(highWatermark) }
}

function refOf(topic: string, partition: number, message: KafkaMessage): RecordRef {
  return { topic, partition, offset: message.offset, message: identityOf(message) }
}

function recordCommits(consumer: Consumer, { recorder, consumer: number, group }: Facts): void {
  const bodyOf = (offsets: readonly PartitionOffset[]): Commit => ({ what: 'commit', consumer: number, group, offsets })
  /** Commits that the application waits for. Each of them also comes as an event, with offsets as Long where all others have strings. */
  let asked = 0

  const { commitOffsets } = consumer
  consumer.commitOffsets = disguise((offsets: Parameters<Consumer['commitOffsets']>[0]) => {
    const body = bodyOf(
      (Array.isArray(offsets) ? offsets : [])
        .filter((offset) => typeof offset === 'object' && offset !== null)
        .map(({ topic, partition, offset }) => ({ topic: String(topic), partition, offset: String(offset) })),
    )
    const op = recorder.invoke('client', body)
    asked++
    return watchCall(() => commitOffsets(offsets), {
      ok: () => {
        asked--
        recorder.end(op, 'ok', body)
      },
      fail: (error) => {
        asked--
        recorder.end(op, isRefusal(error) ? 'fail' : 'unknown', { ...body, error: failureOf(error) })
      },
    })
  }, commitOffsets)

  consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
    const { topics } = payload
    const isLong = ({ offset }: { readonly offset: unknown }) => typeof offset !== 'string'
    if (asked > 0 && topics.every(({ partitions }) => partitions.every(isLong))) return
    const offsets: PartitionOffset[] = []
    for (const { topic, partitions } of topics) {
      for (const { partition, offset } of partitions)
        offsets.push({ topic, partition: Number(partition), offset: String(offset) })
    }
    recorder.note('client', bodyOf(offsets))
  })
}

/** A seek that kafkajs refuses changes nothing. One of a partition that it does not own does nothing either, and says so to nobody. */
function recordSeeks(consumer: Consumer, { recorder, consumer: number, group }: Facts): void {
  const { seek } = consumer
  consumer.seek = disguise((to: Parameters<Consumer['seek']>[0]) => {
    seek(to)
    const { topic, partition, offset } = to
    recorder.note('client', { what: 'seek', consumer: number, group, topic, partition, offset: String(offset) })
  }, seek)
}

function recordAssignments(consumer: Consumer, { recorder, consumer: number, group, generationOf }: Facts): void {
  const { events } = consumer
  consumer.on(events.GROUP_JOIN, ({ payload: { memberId, memberAssignment } }) => {
    const partitions = Object.entries(memberAssignment).flatMap(([topic, owned]) =>
      owned.map((partition) => ({ topic, partition })),
    )
    recorder.note('client', {
      what: 'assigned',
      consumer: number,
      group,
      generation: generationOf(memberId),
      member: memberId,
      partitions,
    })
  })
  consumer.on(events.REBALANCING, () => {
    recorder.note('client', { what: 'revoked', consumer: number, group, why: 'rebalancing' })
  })
  consumer.on(events.CRASH, ({ payload: { restart, error } }) => {
    recorder.note('client', {
      what: 'crashed',
      consumer: number,
      group,
      restart: Boolean(restart),
      error: failureOf(error),
    })
  })
}
