/**
 * The protocol-aware tap on connections: it knows which request each chunk completes, gives every request its crossing, and remembers
 * which crossing an answer belongs to.
 */
import type { Crossing, Crossings } from '../faults/anchors.ts'
import { type Knowledge, subjectOf } from '../faults/subject.ts'
import type { Proc } from '../sim/process.ts'
import { byKey } from '../wire/apis/index.ts'
import { type DecodedRequest, decodeRequestBody, decodeRequestHeader, FrameSplitter } from '../wire/frame.ts'
import { supports } from '../wire/schema.ts'
import { WireError } from '../wire/wire-error.ts'

/** A request on its way, from the write that completed it to its answer. */
export interface Pending {
  readonly crossing: Crossing
  readonly correlationId: number
  readonly connection: number
  /** How its answer is lost, when a fault says so. */
  lost: { readonly index: number; readonly how: 'fin' | 'rst' | 'late'; readonly lateMs: number } | undefined
  /** By how much the schedule delays its answer. */
  answerDelayMs: number
  applied: boolean
  /** Value of the connection's `down.sent` after its answer; set when the answer leaves the broker. */
  answeredAt: number
}

export class Tap {
  private readonly splitter = new FrameSplitter()
  private readonly byCorrelation = new Map<number, Pending>()
  private readonly answered: Pending[] = []
  private readonly owner: Proc
  private readonly connection: number
  private readonly crossings: Crossings
  private readonly known: Knowledge
  private malformed = false
  /** What was read and has not arrived yet: bytes arrive in the order in which they left, so the frames there are the frames here. */
  private readonly decoded: DecodedRequest[] = []

  constructor(owner: Proc, connection: number, crossings: Crossings, known: Knowledge) {
    this.owner = owner
    this.connection = connection
    this.crossings = crossings
    this.known = known
  }

  /** The requests that these bytes complete. What is not Kafka's protocol passes without a crossing. */
  feed(bytes: Uint8Array): readonly Pending[] {
    if (this.malformed) return NONE
    try {
      const frames = this.splitter.feed(bytes)
      if (frames.length === 0) return NONE
      return frames.map((frame) => this.begin(frame))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.malformed = true
      return NONE
    }
  }

  /** What the next frame to arrive says, if it was read when it left. */
  arriving(): DecodedRequest | undefined {
    return this.decoded.shift()
  }

  pending(correlationId: number): Pending | undefined {
    return this.byCorrelation.get(correlationId)
  }

  /** The answer has left the broker; it is complete when `end` bytes have arrived. */
  left(pending: Pending, end: number): void {
    this.byCorrelation.delete(pending.correlationId)
    pending.answeredAt = end
    this.answered.push(pending)
  }

  forget(pending: Pending): void {
    this.byCorrelation.delete(pending.correlationId)
  }

  /** Crossings whose answers are complete now that `arrived` bytes have come. */
  complete(arrived: number): readonly Pending[] {
    let count = 0
    while (count < this.answered.length && this.answered[count]!.answeredAt <= arrived) count++
    return count === 0 ? NONE : this.answered.splice(0, count)
  }

  private begin(frame: Uint8Array): Pending {
    const header = decodeRequestHeader(frame)
    const api = byKey.get(header.apiKey)
    if (api === undefined || !supports(api, header.apiVersion)) {
      throw new WireError('request', `API ${header.apiKey} in version ${header.apiVersion} is not known here`)
    }
    const body = decodeRequestBody(api, header, frame)
    this.decoded.push({ header, body })
    const subject = subjectOf(header.apiKey, body, this.known)
    const crossing = this.crossings.begin(this.owner.name, this.owner.incarnation, { api: api.name }, subject)
    const pending: Pending = {
      crossing,
      correlationId: header.correlationId,
      connection: this.connection,
      lost: undefined,
      answerDelayMs: 0,
      applied: false,
      answeredAt: -1,
    }
    this.byCorrelation.set(header.correlationId, pending)
    return pending
  }
}

const NONE: readonly Pending[] = []
