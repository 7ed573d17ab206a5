/**
 * The clock is data: what is due when, ordered by (virtual time, sequence number). It runs nothing; `loop.ts` does.
 *
 * Invariants: `nowMs` never moves back; two events of the same time keep the order in which they were scheduled; a cancelled
 * event is never popped.
 */

export interface Event<Owner = unknown> {
  atMs: number
  /** When it was first due: what had to wait for its process comes in this order, whatever was scheduled first. */
  readonly dueMs: number
  readonly seq: number
  /** Whose code it runs; null for the harness and the cluster. */
  readonly owner: Owner | null
  readonly kind: string
  /** Sequence number of the event that scheduled it. */
  readonly cause: number
  readonly fire: () => void
  cancelled: boolean
}

export class Clock<Owner = unknown> {
  nowMs = 0
  /** Sequence number of the event being dispatched; 0 before the first. */
  current = 0
  private nextSeq = 1
  private readonly heap: Event<Owner>[] = []

  /** Schedules `fire` at `atMs` (never before now). */
  schedule(atMs: number, owner: Owner | null, kind: string, fire: () => void): Event<Owner> {
    const dueMs = Math.max(atMs, this.nowMs)
    const event: Event<Owner> = {
      atMs: dueMs,
      dueMs,
      seq: this.nextSeq++,
      owner,
      kind,
      cause: this.current,
      fire,
      cancelled: false,
    }
    this.push(event)
    return event
  }

  /** Puts an event back that could not run when it was due (its process was paused); it keeps its place in the order. */
  reschedule(event: Event<Owner>, atMs: number): void {
    event.atMs = Math.max(atMs, this.nowMs)
    this.push(event)
  }

  cancel(event: Event<Owner>): void {
    event.cancelled = true
  }

  /** Takes the next event and moves the clock to it; undefined when nothing is due ever again. */
  pop(): Event<Owner> | undefined {
    for (;;) {
      const event = this.take()
      if (event === undefined) return undefined
      if (event.cancelled) continue
      this.nowMs = event.atMs
      this.current = event.seq
      return event
    }
  }

  get pending(): number {
    return this.heap.length
  }

  /** Whether anything is due for this owner, now or later. */
  holds(owner: Owner): boolean {
    return this.heap.some((event) => event.owner === owner && !event.cancelled)
  }

  private push(event: Event<Owner>): void {
    const heap = this.heap
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const up = (at - 1) >> 1
      const above = heap[up]!
      if (before(above, event)) break
      heap[at] = above
      at = up
    }
    heap[at] = event
  }

  private take(): Event<Owner> | undefined {
    const heap = this.heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    const length = heap.length
    let at = 0
    for (;;) {
      let down = 2 * at + 1
      if (down >= length) break
      if (down + 1 < length && before(heap[down + 1]!, heap[down]!)) down++
      const below = heap[down]!
      if (before(last, below)) break
      heap[at] = below
      at = down
    }
    heap[at] = last
    return first
  }
}

function before(a: Event, b: Event): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.seq < b.seq)
}
