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
  /** Writes one record; the error's name when it could not be written now. */
  write(item: WorkItem, topic: string, partition: number): string | undefined
  partitionOf(item: WorkItem, topic: string, index: number): number
}

/** How long the harness waits before it tries again to write to a partition without a leader. */
const RETRY_MS = 25

interface Inbox {
  /** Arrived, and not yet given to a life of the process. */
  readonly items: InputMessage[]
  /** Items that the plan still has in store. */
  toCome: number
  life: { readonly proc: Proc; readonly feed: InputFeed } | undefined
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
    for (const { toCome, items, life } of this.inboxes.values()) {
      if (toCome > 0 || items.length > 0 || (life !== undefined && life.feed.waiting.length > 0)) return false
    }
    return true
  }

  /** A new life of the process takes its inputs from this feed. In an event of the process. */
  attach(proc: Proc, feed: InputFeed): void {
    const inbox = this.inbox(proc.name)
    inbox.life = { proc, feed }
    this.handOver(inbox)
  }

  /** What a dead process had not taken is for its next life. */
  detach(proc: Proc): void {
    this.files.detach(proc)
    const inbox = this.inboxes.get(proc.name)
    if (inbox?.life?.proc !== proc) return
    inbox.items.unshift(...inbox.life.feed.waiting)
    inbox.life = undefined
  }

  private inbox(process: string): Inbox {
    let inbox = this.inboxes.get(process)
    if (inbox === undefined) this.inboxes.set(process, (inbox = { items: [], toCome: 0, life: undefined }))
    return inbox
  }

  private write(item: WorkItem, topic: string, partition: number): void {
    if (this.pen.write(item, topic, partition) === undefined) this.toWrite--
    else this.clock.schedule(this.clock.nowMs + RETRY_MS, null, 'write', () => this.write(item, topic, partition))
  }

  private arrive(inbox: Inbox, item: InputMessage): void {
    inbox.toCome--
    inbox.items.push(item)
    if (inbox.life !== undefined)
      this.clock.schedule(this.clock.nowMs, inbox.life.proc, 'input', () => this.handOver(inbox))
  }

  private handOver(inbox: Inbox): void {
    if (inbox.life === undefined) return
    for (const item of inbox.items.splice(0)) inbox.life.feed.push(item)
    if (inbox.toCome === 0) inbox.life.feed.close()
  }
}
