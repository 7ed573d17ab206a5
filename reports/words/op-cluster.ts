/** What the cluster stored, decided and served, and what the harness did. */
import type { ClusterEvent, HarnessBody } from '../../harness/history/op.ts'
import { messagesOf } from './anchor.ts'
import { failureOf, range, type Words } from './op-words.ts'
import { counted, listed } from './text.ts'

export const clusterWords: Words<(ClusterEvent | HarnessBody)['what']> = {
  appended: ({ messages, topic, partition, baseOffset }) => {
    const last = BigInt(baseOffset) + BigInt(Math.max(1, messages.length) - 1)
    return `${messagesOf(messages)} appended to ${topic}/${partition} at ${range(baseOffset, String(last))}`
  },
  'log-start': ({ topic, partition, offset, by }) =>
    `${topic}/${partition} begins at ${offset}: what lay before it was deleted${by === undefined ? '' : ` (${by})`}`,
  compacted: ({ topic, partition, records }) =>
    `${topic}/${partition} was compacted: ${messagesOf(records.map(({ message }) => message))} gone`,
  wiped: ({ topic, partition }) => `${topic}/${partition} is empty: its volume was wiped`,
  duplicate: ({ messages, topic, partition, baseOffset }) =>
    `${messagesOf(messages)} not appended again: in ${topic}/${partition} at ${baseOffset} already`,
  refused: ({ api, error, topic, partition, transactionalId }) => {
    if (transactionalId) return `answers ${api} of ${transactionalId} with ${error}`
    const where = topic === undefined ? '' : ` on ${topic}${partition === undefined ? '' : `/${partition}`}`
    return `answers ${api}${where} with ${error}`
  },
  fetched: ({ topic, partition, from, records }) =>
    `answers a fetch of ${topic}/${partition} from ${from} with ${messagesOf(records.map(({ message }) => message))}`,
  committed: ({ group, topic, partition, offset, generation }) =>
    `${topic}/${partition} committed at ${offset} (group ${group}${generation > 0 ? `, generation ${generation}` : ''})`,
  marker: ({ is, topic, partition, offset, producerId, producerEpoch }) =>
    `${is} marker of producer ${producerId} in epoch ${producerEpoch} written to ${topic}/${partition} at ${offset}`,
  transaction: ({ transactionalId, state, producerId, producerEpoch, partitions }) => {
    const where = partitions.length === 0 ? '' : ` with ${counted(partitions.length, 'partition')}`
    return `transaction of ${transactionalId} is ${state}${where} (producer ${producerId}, epoch ${producerEpoch})`
  },
  producer: ({ transactionalId, producerId, producerEpoch }) =>
    `gives producer ${producerId} in epoch ${producerEpoch}${transactionalId === null ? '' : ` to ${transactionalId}`}`,
  group: ({ group, state, generation, members }) =>
    `group ${group} is ${state} in generation ${generation} with ${counted(members.length, 'member')}`,
  assignment: ({ group, generation, owners }) => {
    const members = new Set(owners.map(({ member }) => member)).size
    const share = `${counted(owners.length, 'partition')} to ${counted(members, 'member')}`
    return `group ${group}, generation ${generation}: ${share}`
  },
  leader: ({ topic, partition, leader, epoch, unclean }) =>
    leader < 0
      ? `${topic}/${partition} has no leader`
      : `broker ${leader} leads ${topic}/${partition} (leader epoch ${epoch})${unclean ? ', though it was not in sync' : ''}`,
  isr: ({ topic, partition, isr }) =>
    `in sync on ${topic}/${partition}: ${isr.length === 1 ? 'broker' : 'brokers'} ${isr.join(', ')}`,
  lost: ({ topic, partition, from, epoch, messages }) =>
    `${messagesOf(messages)} lost: the leader of epoch ${epoch} has nothing of ${topic}/${partition} from ${from} on`,
  regained: ({ topic, partition, from, epoch, messages }) =>
    `${messagesOf(messages)} not lost after all: the leader of epoch ${epoch} has ${topic}/${partition} from ${from} on`,
  truncated: ({ topic, partition, broker, from, to }) =>
    `broker ${broker} cuts its copy of ${topic}/${partition} back from ${from} to ${to}`,
  topic: ({ topic, is, partitions }) =>
    `topic ${topic} ${is}${is === 'created' ? ` with ${counted(partitions, 'partition')}` : ''}`,
  'cluster-reset': () => 'made anew: new topic ids, logs and committed offsets gone',
  broker: ({ broker, is }) => `broker ${broker} is ${is}`,
  malformed: ({ broker, why }) => `broker ${broker} closes a connection: ${why}`,

  // At rest or not: the note of that phase says which.
  phase: ({ phase, note }) => (note ? (phase === 'rest' ? note : `${phases[phase]}: ${note}`) : phases[phase]),
  fault: ({ kind, is, detail }) => `${kind} ${faultStates[is]}: ${detail}`,
  process: ({ is, why, error }) => {
    const because = error === undefined ? why : failureOf(error)
    return `${processStates[is]}${because ? ` (${because})` : ''}`
  },
  written: ({ message, topic, partition, offset }) => `${message} written to ${topic}/${partition} at ${offset}`,
  state: ({ logs, committed }) => {
    const ends = logs.map(({ topic, partition, end }) => `${topic}/${partition} ends at ${end}`)
    const groups = committed.map(
      ({ group, topic, partition, offset }) => `${topic}/${partition} committed at ${offset} by group ${group}`,
    )
    return listed([...ends, ...groups], 8) || 'nothing is stored'
  },
}

const phases = {
  safety: 'faults may strike from here',
  heal: 'everything heals; no more faults',
  'operator-restart': 'an operator restarts every process',
  rest: 'at rest',
  end: 'the run ends',
} as const

const faultStates = { struck: 'strikes', missed: 'misses', lifted: 'is over' } as const

const processStates = {
  started: 'starts',
  killed: 'is killed',
  paused: 'is paused',
  resumed: 'goes on',
  hung: 'hangs',
  exited: 'exits',
  crashed: 'ends with an uncaught error',
  stopped: 'is stopped cleanly',
  'gave-up': 'is not restarted any more',
} as const
