/**
 * The trace: every event, byte, timer, draw, clock reading and operation of a run, in order, as binary records. Its SHA-256 is the
 * run's trace hash; two traces of one plan must be equal, and where they are not the first differing record is named.
 *
 * A record is one byte of kind, four bytes of length and that many bytes. Error messages and stacks never enter (they differ
 * between Node versions).
 */
import { createHash } from 'node:crypto'

const KINDS = ['event', 'timer', 'draw', 'clock', 'out', 'in', 'op', 'note'] as const
export type TraceKind = (typeof KINDS)[number]
const CODE: Readonly<Record<TraceKind, number>> = {
  event: 0,
  timer: 1,
  draw: 2,
  clock: 3,
  out: 4,
  in: 5,
  op: 6,
  note: 7,
}

const CHUNK = 1 << 18

export class Trace {
  private readonly hash = createHash('sha256')
  private readonly kept: Buffer[] | null
  private chunk = Buffer.allocUnsafe(CHUNK)
  private used = 0

  /** With `keep` the records stay readable for a comparison; without, only their hash remains. */
  constructor(keep: boolean) {
    this.kept = keep ? [] : null
  }

  event(seq: number, atMs: number, owner: number, kind: string): void {
    const at = this.open('event', 16 + kind.length)
    const chunk = this.chunk
    chunk.writeUInt32LE(seq, at)
    chunk.writeDoubleLE(atMs, at + 4)
    chunk.writeInt32LE(owner, at + 12)
    chunk.write(kind, at + 16, 'latin1')
  }

  timer(owner: number, delayMs: number): void {
    const at = this.open('timer', 12)
    this.chunk.writeInt32LE(owner, at)
    this.chunk.writeDoubleLE(delayMs, at + 4)
  }

  draw(owner: number, value: number): void {
    const at = this.open('draw', 12)
    this.chunk.writeInt32LE(owner, at)
    this.chunk.writeDoubleLE(value, at + 4)
  }

  clock(owner: number): void {
    const at = this.open('clock', 4)
    this.chunk.writeInt32LE(owner, at)
  }

  bytes(kind: 'out' | 'in', connection: number, bytes: Uint8Array): void {
    const at = this.open(kind, 4 + bytes.length)
    this.chunk.writeUInt32LE(connection, at)
    this.chunk.set(bytes, at + 4)
  }

  text(kind: 'op' | 'note', text: string): void {
    const length = Buffer.byteLength(text)
    const at = this.open(kind, length)
    this.chunk.write(text, at, 'utf8')
  }

  /** Ends the trace and answers its hash, in hex. */
  end(): string {
    this.flush()
    return this.hash.digest('hex')
  }

  /** The kept records, as words. */
  *records(): Generator<string> {
    for (const chunk of this.kept ?? []) {
      for (let at = 0; at < chunk.length; ) {
        const kind = KINDS[chunk[at]!]!
        const length = chunk.readUInt32LE(at + 1)
        yield describe(kind, chunk.subarray(at + 5, at + 5 + length))
        at += 5 + length
      }
    }
  }

  private open(kind: TraceKind, length: number): number {
    if (this.used + 5 + length > this.chunk.length) this.flush(5 + length)
    const at = this.used
    this.chunk[at] = CODE[kind]
    this.chunk.writeUInt32LE(length, at + 1)
    this.used = at + 5 + length
    return at + 5
  }

  private flush(need = 0): void {
    const full = this.chunk.subarray(0, this.used)
    this.hash.update(full)
    if (this.kept !== null) {
      this.kept.push(full)
      this.chunk = Buffer.allocUnsafe(Math.max(CHUNK, need))
    } else if (need > this.chunk.length) this.chunk = Buffer.allocUnsafe(need)
    this.used = 0
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

function describe(kind: TraceKind, body: Buffer): string {
  switch (kind) {
    case 'event':
      return `event ${body.readUInt32LE(0)} at ${body.readDoubleLE(4)} ms of process ${body.readInt32LE(12)}: ${body.toString('latin1', 16)}`
    case 'timer':
      return `timer of process ${body.readInt32LE(0)}: ${body.readDoubleLE(4)} ms`
    case 'draw':
      return `draw of process ${body.readInt32LE(0)}: ${body.readDoubleLE(4)}`
    case 'clock':
      return `clock reading of process ${body.readInt32LE(0)}`
    case 'out':
    case 'in':
      return `${body.length - 4} bytes ${kind} on connection ${body.readUInt32LE(0)}: ${body.subarray(4).toString('hex')}`
    case 'op':
    case 'note':
      return `${kind} ${body.toString()}`
  }
}
