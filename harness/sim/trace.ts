/**
 * The trace: every event, byte, timer, draw, clock reading and operation of a run, in order, as binary records. Its SHA-256 is the
 * run's trace hash; two traces of one plan must be equal, and where they are not the first differing record is named.
 *
 * A record is a word of kind (3 bits) and length in bytes, then that many bytes, filled up to whole words of 32 bits. Operations are
 * written value by value (trace-values.ts), as JSON cost more than all else that the harness did for a record of the history.
 * Error messages and stacks never enter (they differ between Node versions).
 */
import { createHash } from 'node:crypto'
import { ValueReader, ValueWriter } from './trace-values.ts'
import { Words } from './words.ts'

const KINDS = ['event', 'timer', 'draw', 'clock', 'out', 'in', 'op'] as const
export type TraceKind = (typeof KINDS)[number]
const EVENT = 0
const TIMER = 1
const DRAW = 2
const CLOCK = 3
const OUT = 4
const IN = 5
const OP = 6

/** By the key of an operation's body, what of it is left out: all of the value, or a key of it. */
const FOR_PEOPLE: ReadonlyMap<string, string> = new Map([
  ['text', ''],
  ['why', ''],
  ['error', 'message'],
  ['options', ''],
])

export class Trace {
  private readonly hash = createHash('sha256')
  private readonly kept: Uint8Array[] | null
  private readonly words: Words
  private readonly values: ValueWriter

  /** With `keep` the records stay readable for a comparison; without, only their hash remains. */
  constructor(keep: boolean) {
    const kept: Uint8Array[] | null = keep ? [] : null
    this.kept = kept
    this.words = new Words((full) => {
      this.hash.update(full)
      kept?.push(full.slice())
    })
    this.values = new ValueWriter(this.words)
  }

  event(seq: number, atMs: number, owner: number, kind: string): void {
    const { words } = this
    words.begin(EVENT)
    words.put(seq)
    words.putFloat(atMs)
    words.put(owner)
    this.values.text(kind)
    words.end()
  }

  timer(owner: number, delayMs: number): void {
    const { words } = this
    words.begin(TIMER)
    words.put(owner)
    words.putFloat(delayMs)
    words.end()
  }

  draw(owner: number, value: number): void {
    const { words } = this
    words.begin(DRAW)
    words.put(owner)
    words.putFloat(value)
    words.end()
  }

  clock(owner: number): void {
    const { words } = this
    words.begin(CLOCK)
    words.put(owner)
    words.end()
  }

  bytes(kind: 'out' | 'in', connection: number, bytes: Uint8Array): void {
    const { words } = this
    words.begin(kind === 'out' ? OUT : IN)
    words.put(connection)
    words.putBytes(bytes)
    words.end()
  }

  /**
   * An operation of the history: plain data. Words of errors and of logs differ between Node versions, so they are kept for people and
   * never hashed.
   */
  op(fields: readonly (string | number)[], body: object | null): void {
    const { words, values } = this
    words.begin(OP)
    for (let i = 0; i < fields.length; i++) values.any(fields[i])
    if (body === null) values.any(null)
    else values.object(body, FOR_PEOPLE)
    words.end()
  }

  /** Ends the trace and answers its hash, in hex. */
  end(): string {
    this.words.flush()
    return this.hash.digest('hex')
  }

  /** The kept records, as words. */
  *records(): Generator<string> {
    const reader = new ValueReader()
    for (const chunk of this.kept ?? []) {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      for (let at = 0; at < chunk.length; ) {
        const head = view.getUint32(at, true)
        const length = head >>> 3
        yield describe(KINDS[head & 7]!, new DataView(view.buffer, view.byteOffset + at + 4, length), reader)
        at += 4 + ((length + 3) & ~3)
      }
    }
  }
}

/** The first record in which two kept traces differ, with what each has there; undefined when they are equal. */
export function firstDifference(
  a: Trace,
  b: Trace,
): { record: number; after: string; one: string; other: string } | undefined {
  const left = a.records()
  const right = b.records()
  let after = 'the start'
  for (let record = 0; ; record++) {
    const l = left.next()
    const r = right.next()
    if (l.done === true && r.done === true) return undefined
    const one = l.done === true ? 'the end' : l.value
    const other = r.done === true ? 'the end' : r.value
    if (one !== other) return { record, after, one, other }
    if (one.startsWith('event')) after = one
  }
}

function describe(kind: TraceKind, body: DataView, reader: ValueReader): string {
  const word = (at: number): number => body.getInt32(at, true)
  const float = (at: number): number => body.getFloat64(at, true)
  switch (kind) {
    case 'event': {
      const [what] = reader.all(body, 16)
      return `event ${body.getUint32(0, true)} at ${float(4)} ms of process ${word(12)}: ${what}`
    }
    case 'timer':
      return `timer of process ${word(0)}: ${float(4)} ms`
    case 'draw':
      return `draw of process ${word(0)}: ${float(4)}`
    case 'clock':
      return `clock reading of process ${word(0)}`
    case 'out':
    case 'in': {
      const bytes = Buffer.from(body.buffer, body.byteOffset + 4, body.byteLength - 4)
      return `${bytes.length} bytes ${kind} on connection ${word(0)}: ${bytes.toString('hex')}`
    }
    case 'op':
      return `op ${JSON.stringify(reader.all(body, 0))}`
  }
}
