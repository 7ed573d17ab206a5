/** Whether an operation bears on the evidence: is it the proof, a key event of the run, about the same messages or partitions, or none? */
import type { Body, Op } from '../harness/history/op.ts'
import type { Evidence } from '../properties/property.ts'

/** proof: the evidence names it. key: a fault, or the life and death of something. about: it touches what the evidence is about. */
export type Bearing = 'proof' | 'key' | 'about' | 'none'

export interface Subjects {
  readonly ops: ReadonlySet<number>
  /** Empty when the evidence names no message: then every message counts. */
  readonly messages: ReadonlySet<string>
  /** What the harness wrote itself: `written` tells it already. */
  readonly written: ReadonlySet<string>
  /** `topic/partition` of these messages and of the proof. */
  readonly partitions: ReadonlySet<string>
}

export function subjectsOf(story: readonly Op[], evidence: readonly Evidence[]): Subjects {
  const ops = new Set(evidence.flatMap((one) => one.ops))
  const messages = new Set(evidence.flatMap((one) => one.messages))
  const partitions = new Set<string>()
  const written = new Set<string>()
  for (const { index, body } of story) {
    if (body.what === 'written') written.add(body.message)
    const isAbout = ops.has(index) || messagesIn(body).some((message) => messages.has(message))
    if (isAbout) for (const partition of partitionsIn(body)) partitions.add(partition)
  }
  return { ops, messages, partitions, written }
}

export function bearingOf(op: Op, subjects: Subjects): Bearing {
  if (subjects.ops.has(op.index)) return 'proof'
  const { body } = op
  switch (body.what) {
    case 'fault':
    case 'process':
    case 'cluster-reset':
    case 'log-start':
    case 'wiped':
    case 'lost':
    case 'regained':
    case 'malformed':
      return 'key'
    case 'phase':
      return body.phase === 'heal' || body.phase === 'operator-restart' ? 'key' : 'none'
    case 'broker':
      return op.nowMs > 0 ? 'key' : 'none'
    case 'topic':
      return op.nowMs > 0 && !body.topic.startsWith('__') ? 'key' : 'none'
    case 'assigned':
    case 'revoked':
    case 'crashed':
      return 'about'
    case 'connect':
    case 'disconnect':
    case 'subscribe':
    case 'run':
    case 'stop':
    case 'admin':
      return op.phase === 'fail' || op.phase === 'unknown' ? 'about' : 'none'
    case 'leader':
    case 'isr':
    case 'truncated':
    case 'compacted':
      return op.nowMs > 0 && isPlaceOf(body, subjects) ? 'about' : 'none'
    // Who has a transactional id now: what a zombie does not know.
    case 'producer':
      return body.transactionalId === null ? 'none' : 'about'
    case 'begin-transaction':
    case 'commit-transaction':
    case 'abort-transaction':
      return 'about'
    case 'commit':
    case 'seek':
    case 'send-offsets':
    case 'committed':
    case 'marker':
      return isPlaceOf(body, subjects) ? 'about' : 'none'
    case 'refused': {
      const isOfMessages = body.messages !== undefined && touches(body.messages, subjects.messages)
      return isOfMessages || isPlaceOf(body, subjects) ? 'about' : 'none'
    }
    case 'appended':
      if (body.messages.every((message) => subjects.written.has(message))) return 'none'
      return touches(body.messages, subjects.messages) ? 'about' : 'none'
    case 'handler':
    case 'effect':
    case 'applied':
    case 'input':
    case 'send':
    case 'written':
    case 'duplicate':
    case 'fetched':
      return touches(messagesIn(body), subjects.messages) ? 'about' : 'none'
    case 'log':
    case 'group':
    case 'transaction':
    case 'assignment':
    case 'state':
      return 'none'
  }
}

/** The operations that tell the story of this evidence. */
export function storyOf(story: readonly Op[], evidence: readonly Evidence[]): readonly Op[] {
  const subjects = subjectsOf(story, evidence)
  return story.filter((op) => bearingOf(op, subjects) !== 'none')
}

/** Of no message in particular, everything is about it that is about a message. */
const touches = (names: readonly string[], messages: ReadonlySet<string>): boolean =>
  messages.size === 0 ? names.length > 0 : names.some((name) => messages.has(name))

function isPlaceOf(body: Body, { messages, partitions }: Subjects): boolean {
  const places = partitionsIn(body)
  const isOfNothing = messages.size === 0 && partitions.size === 0
  return isOfNothing ? places.length > 0 : places.some((place) => partitions.has(place))
}

function messagesIn(body: Body): readonly string[] {
  if ('records' in body) return body.records.map(({ message }) => message)
  if ('messages' in body) return body.messages ?? []
  if ('message' in body) return [body.message]
  return []
}

function partitionsIn(body: Body): readonly string[] {
  const named = (places: readonly { topic: string; partition: number | null }[]) =>
    places.map(({ topic, partition }) => `${topic}/${partition}`)
  if (body.what === 'handler') return named(body.records)
  if (body.what === 'commit' || body.what === 'send-offsets') return named(body.offsets)
  if ('partition' in body && body.partition !== undefined && body.topic !== undefined) {
    return [`${body.topic}/${body.partition}`]
  }
  return []
}
