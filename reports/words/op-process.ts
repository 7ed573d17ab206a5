/** What a process did, saw, and was promised by its client. */
import type { ApplicationBody, ClientBody, RecordRef } from '../../harness/history/op.ts'
import { messagesOf } from './anchor.ts'
import { type BodyOf, failureOf, inPhase, offsetsOf, range, type Words } from './op-words.ts'
import { listed, shortened } from './text.ts'

type Call = 'connect' | 'disconnect' | 'subscribe' | 'run' | 'stop'
type TransactionEnd = 'commit-transaction' | 'abort-transaction'

export const processWords: Words<(ApplicationBody | ClientBody)['what']> = {
  handler: ({ records, error }, phase) =>
    inPhase(phase, error, {
      invoke: `handler begins on ${messages(records)} ${placesOf(records)}`,
      ok: `handler is done with ${messages(records)}`,
      fail: `handler of ${messages(records)} throws`,
      unknown: `handler of ${messages(records)} never ended`,
    }),
  effect: ({ verb, key, messages: inputs }, phase) => {
    const call = `effects.${verb}(${key})`
    return inPhase(phase, undefined, {
      invoke: `calls ${call} for ${messagesOf(inputs)}`,
      ok: `${call} returned`,
      fail: `${call} failed: not applied`,
      unknown: `never learnt whether ${call} was applied`,
    })
  },
  applied: ({ verb, key, messages: inputs }) => `the effect for ${messagesOf(inputs)} is durable: ${verb}(${key})`,
  input: ({ message }) => `is given ${message} to send`,
  log: ({ level, text }) => `logs ${level}: ${shortened(text, 160)}`,

  send: ({ records, acks, idempotent, transaction, stored, error }, phase) => {
    const sent = messagesOf(records.map(({ message }) => message))
    const topics = listed([...new Set(records.map(({ topic }) => topic))], 3)
    return inPhase(phase, error, {
      invoke: `sends ${sent} to ${topics} (acks=${acks === -1 ? 'all' : acks}${kindOf(idempotent, transaction)})`,
      ok: `send() resolves: ${sent} stored${stored === undefined ? '' : `, ${offsetsOf(stored)}`}`,
      fail: `send() of ${sent} throws`,
      unknown: `never learnt whether ${sent} was stored`,
    })
  },
  commit: ({ offsets, error }, phase) =>
    inPhase(phase, error, {
      invoke: `commits ${offsetsOf(offsets)}`,
      ok: `is told that ${offsetsOf(offsets)} is committed`,
      fail: `the commit of ${offsetsOf(offsets)} throws`,
      unknown: `never learnt whether ${offsetsOf(offsets)} was committed`,
    }),
  'begin-transaction': ({ transaction, transactionalId, error }, phase) =>
    inPhase(phase, error, {
      invoke: `asks for a transaction of ${transactionalId}`,
      ok: `begins transaction ${transaction} of ${transactionalId}`,
      fail: `gets no transaction of ${transactionalId}`,
      unknown: `never got a transaction of ${transactionalId}`,
    }),
  'commit-transaction': ended,
  'abort-transaction': ended,
  'send-offsets': ({ transaction, group, offsets, error }, phase) =>
    inPhase(phase, error, {
      invoke: `gives transaction ${transaction} the offsets of group ${group}: ${offsetsOf(offsets)}`,
      ok: `is told that ${offsetsOf(offsets)} is in transaction ${transaction}`,
      fail: `sendOffsets() of ${offsetsOf(offsets)} throws`,
      unknown: `never learnt whether ${offsetsOf(offsets)} is in transaction ${transaction}`,
    }),
  seek: ({ topic, partition, offset, group }) => `seeks ${topic}/${partition} to ${offset} (group ${group})`,
  admin: ({ method, ...body }, phase) => called({ ...body, what: method }, phase),
  connect: called,
  disconnect: called,
  subscribe: called,
  run: called,
  stop: called,
  assigned: ({ partitions, group, generation }) => {
    const owned = listed(partitions.map(({ topic, partition }) => `${topic}/${partition}`))
    return `owns ${owned || 'no partition'} (group ${group}, generation ${generation})`
  },
  revoked: ({ group, why }) => `gives up its partitions of group ${group}: ${why}`,
  crashed: ({ group, error, restart }) =>
    `its consumer of group ${group} crashed (${failureOf(error)}) and ${restart ? 'restarts' : 'stays down'}`,
}

const kindOf = (idempotent: boolean, transaction: number | undefined): string =>
  transaction === undefined ? (idempotent ? ', idempotent' : '') : `, in transaction ${transaction}`

function ended({ what, transaction, error }: BodyOf<TransactionEnd>, phase: Parameters<typeof inPhase>[0]): string {
  const [call, done] = what === 'commit-transaction' ? ['commit()', 'committed'] : ['abort()', 'aborted']
  return inPhase(phase, error, {
    invoke: `asks for ${call} of transaction ${transaction}`,
    ok: `is told that transaction ${transaction} is ${done}`,
    fail: `${call} of transaction ${transaction} throws`,
    unknown: `never learnt whether transaction ${transaction} was ${done}`,
  })
}

function called(
  { what, client, error }: Pick<BodyOf<Call>, 'client' | 'error'> & { readonly what: string },
  phase: Parameters<typeof inPhase>[0],
): string {
  return inPhase(phase, error, {
    invoke: `${client}.${what}()`,
    ok: `${client}.${what}() resolves`,
    fail: `${client}.${what}() throws`,
    unknown: `${client}.${what}() never ended`,
  })
}

const messages = (records: readonly RecordRef[]): string => messagesOf(records.map(({ message }) => message))

/** `(orders/0 at 3 to 5)`. A batch is of one partition. */
function placesOf(records: readonly RecordRef[]): string {
  const [first, last] = [records[0], records.at(-1)]
  return first && last ? `(${first.topic}/${first.partition} at ${range(first.offset, last.offset)})` : ''
}
