/**
 * Feeds the inputs of the plan. Records for topics are written by the harness itself, exactly once each, in the order of the plan.
 * Items for a process are handed over as it takes them, over all of its lives, each once (as a request from upstream is). Lines of files
 * are in `files.ts`.
 */
import type { InputFeed, InputMessage } from '../clients/input.ts'
import type { WorkItem } from '../plan/plan.ts'
import type { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'
import { Files } from './files.ts'

export interface Pen {
  /** Writes one record, and calls `stored` once it is; false: not yet, so that it is to be asked again. */
  write(item: WorkItem, topic: string, partition: number, stored: () => void): boolean
  partitionOf(item: WorkItem, topic: string, index: number): number
  /** The process of the plan that this one is an instance of. */
  originalOf(process: string): string
}

/** How long the harness waits before it tries again to write to a partition without a leader, or looks whether replicas have it. */
const RETRY_MS = 25

interface Inbox {
  /** Arrived, and not yet given to a life of the process. */
  readonly items: InputMessage[]
  /** Items that the plan still has in store. */
  toCome: number
  /** The lives that take from it, oldest first; what arrives is for the last one. More than one while a second instance lives. */
  readonly lives: Life[]
}

interface Life {
  readonly proc: Proc
  readonly feed: InputFeed
  closed: boolean
}

export class Workload {
  readonly files: Files
  private toWrite = 0
  private readonly inboxes = new Map<string, Inbox>()
  private readonly clock: Clock<Proc>
  private readonly pen: Pen

  constructor(items: readonly WorkItem[], clock: Clock<Proc>, pen: Pen) {
    this.clock = clock
    this.pen = pen
    this.files = new Files(clock)
    items.forEach((item, index) => {
      const { to } = item
      if ('topic' in to) {
        this.toWrite++
        const partition = to.partition ?? pen.partitionOf(item, to.topic, index)
        clock.schedule(item.atMs, null, 'write', () => this.write(item, to.topic, partition))
      } else if ('file' in to) {
        this.files.add(to.file, { id: item.id, key: item.key, value: item.value }, item.atMs)
      } else {
        const inbox = this.inbox(to.process)
        inbox.toCome++
        clock.schedule(item.atMs, null, 'input', () =>
          this.arrive(inbox, { id: item.id, key: item.key, value: item.value }),
        )
      }
    })
  }

  /** Everything was written, and every process has taken what was meant for it. */
  get done(): boolean {
    if (this.toWrite > 0 || !this.files.done) return false
    for (const { toCome, items, lives } of this.inboxes.values()) {
      if (toCome > 0 || items.length > 0 || lives.some(({ feed }) => feed.waiting.length > 0)) return false
    }
    return true
  }

  /** A new life of the process takes its inputs from this feed. In an event of the process. */
  attach(proc: Proc, feed: InputFeed): void {
    const inbox = this.inbox(this.pen.originalOf(proc.name))
    inbox.lives.push({ proc, feed, closed: false })
    this.handOver(inbox, proc)
  }

  /** What a dead process had not taken is for its next life, or for another instance that lives. */
  detach(proc: Proc): void {
    this.files.detach(proc)
    const inbox = this.inboxes.get(this.pen.originalOf(proc.name))
    const index = inbox?.lives.findIndex((life) => life.proc === proc) ?? -1
    if (inbox === undefined || index < 0) return
    const [life] = inbox.lives.splice(index, 1)
    inbox.items.unshift(...life!.feed.waiting)
    const other = inbox.lives.at(-1)
    if (other !== undefined && inbox.items.length > 0)
      this.clock.schedule(this.clock.nowMs, other.proc, 'input', () => this.handOver(inbox, other.proc))
  }

  private inbox(process: string): Inbox {
    let inbox = this.inboxes.get(process)
    if (inbox === undefined) this.inboxes.set(process, (inbox = { items: [], toCome: 0, lives: [] }))
    return inbox
  }

  private write(item: WorkItem, topic: string, partition: number, of = { isStored: false }): void {
    if (of.isStored) return
    const stored = (): void => {
      if (!of.isStored) this.toWrite--
      of.isStored = true
    }
    if (this.pen.write(item, topic, partition, stored)) return
    this.clock.schedule(this.clock.nowMs + RETRY_MS, null, 'write', () => this.write(item, topic, partition, of))
  }

  private arrive(inbox: Inbox, item: InputMessage): void {
    inbox.toCome--
    inbox.items.push(item)
    const life = inbox.lives.at(-1)
    if (life !== undefined)
      this.clock.schedule(this.clock.nowMs, life.proc, 'input', () => this.handOver(inbox, life.proc))
  }

  /** In an event of this process. */
  private handOver(inbox: Inbox, proc: Proc): void {
    const life = inbox.lives.at(-1)
    if (life?.proc !== proc) return
    if (!life.closed) for (const item of inbox.items.splice(0)) life.feed.push(item)
    if (inbox.toCome > 0) return
    for (const each of inbox.lives) {
      if (each.closed) continue
      each.closed = true
      if (each === life) each.feed.close()
      // What waits for the end of its input goes on in an event of its own.
      else this.clock.schedule(this.clock.nowMs, each.proc, 'input', () => each.feed.close())
    }
  }
}
