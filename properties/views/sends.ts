/** What producers were asked to send, and what came of it. */

import type { ByWhat, OpOf } from './by-what.ts'
import { none, push } from './lists.ts'

export interface Send {
  readonly op: OpOf<'send'>
  readonly end: OpOf<'send'> | undefined
  /** Which producer, as a small number: one per (process, life, producer of that life). */
  readonly by: number
}

/** One message in one send. */
export interface Sent {
  readonly send: Send
  readonly topic: string
  /** Its place in the list that was given to `send()`. */
  readonly at: number
}

export interface Sends {
  readonly all: readonly Send[]
  /** Every time this message was given to a `send()`. Two of them are two messages to Kafka: the application's own doing. */
  of(message: string): readonly Sent[]
}

export function sendsOf(byWhat: ByWhat): Sends {
  const all: Send[] = []
  const byMessage = new Map<string, Sent[]>()
  const producers = new Map<string, number>()
  for (const op of byWhat.invoked('send')) {
    const name = `${op.process}#${op.incarnation}#${op.body.producer}`
    let by = producers.get(name)
    if (by === undefined) producers.set(name, (by = producers.size))
    const send: Send = { op, end: byWhat.endOf(op), by }
    all.push(send)
    for (const [at, { topic, message }] of op.body.records.entries()) {
      if (message === '') continue
      push(byMessage, message, { send, topic, at })
    }
  }
  return { all, of: (message) => byMessage.get(message) ?? none }
}

/** The application was told that it is stored. With acks=0 nobody has told it anything. */
export function acknowledged(send: Send): boolean {
  return send.end?.phase === 'ok' && send.op.body.acks !== 0
}
