/**
 * What became of a message: the effects that came from it; or, in a run where no effect was ever tried, the records that the
 * application wrote from it into other topics (an application that reads, transforms and writes). A record of an aborted transaction is
 * none: whoever reads committed records never gets it.
 */
import type { ByWhat, OpOf } from './by-what.ts'
import { none, push } from './lists.ts'
import type { LogRecord, Logs } from './log.ts'
import type { Sends } from './sends.ts'
import type { Transactions } from './transactions.ts'

/** Something durable that came from a message. */
export interface Deed {
  /** Index of the op at which it became durable. */
  readonly op: number
  /** Two deeds of a message with the same name are one thing done twice. */
  readonly name: string
  /** The same in words. */
  readonly says: string
  /** The record, where it is one: a change of leader may have lost it since. */
  readonly record?: LogRecord
}

export interface Works {
  readonly by: 'effects' | 'outputs'
  /** Durable effects of this message, in order. `inputTopic` is where it was read: records there are no output. */
  deedsOf(message: string, inputTopic: string): readonly Deed[]
  /** Tries of this message, also those that came to nothing: ops of phase `invoke`, in order. */
  triesOf(message: string): readonly (OpOf<'effect'> | OpOf<'send'>)[]
  /** All messages with a durable effect. Empty for outputs: those are looked up by input. */
  readonly messages: Iterable<string>
}

export function worksOf(byWhat: ByWhat, sends: () => Sends, logs: () => Logs, transactions: () => Transactions): Works {
  const effects = byWhat.of('effect').filter(fromAnInput)
  const applied = byWhat.of('applied').filter(fromAnInput)
  if (effects.length === 0 && applied.length === 0 && byWhat.of('send').length > 0)
    return outputs(sends(), logs(), transactions())

  const deeds = new Map<string, Deed[]>()
  for (const op of applied) {
    if (op.body.verb === 'get') continue
    const name = `${op.body.verb} ${op.body.key}`
    const deed: Deed = { op: op.index, name, says: name }
    for (const message of op.body.messages) push(deeds, message, deed)
  }
  const tries = new Map<string, OpOf<'effect'>[]>()
  for (const op of effects) {
    if (op.phase !== 'invoke' || op.body.verb === 'get') continue
    for (const message of op.body.messages) push(tries, message, op)
  }
  return {
    by: 'effects',
    deedsOf: (message) => deeds.get(message) ?? none,
    triesOf: (message) => tries.get(message) ?? none,
    messages: deeds.keys(),
  }
}

function outputs(sends: Sends, logs: Logs, transactions: Transactions): Works {
  return {
    by: 'outputs',
    deedsOf: (message, inputTopic) =>
      logs
        .copiesOf(message)
        .filter((record) => record.log.topic !== inputTopic && !transactions.isAborted(record))
        .map((record) => {
          const { op, log } = record
          return { op, name: `${log.topicId} ${log.topic}`, says: `record in ${log.topic}`, record }
        }),
    triesOf: (message) => sends.of(message).map((sent) => sent.send.op),
    messages: none,
  }
}

/** One that names no input is the application's own bookkeeping (a position, a marker): nothing became of a message by it. */
const fromAnInput = ({ body }: { readonly body: { readonly messages: readonly string[] } }): boolean =>
  body.messages.length > 0
