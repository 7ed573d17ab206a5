/**
 * Real work that a process started and that Node finishes after a varying number of hops (a module that is read and transformed at
 * run time). While one is pending the clock stands still, and they settle in the order in which they were issued.
 */
import type { Proc } from './process.ts'
import { simulated } from './virtual/tripwires.ts'

interface Escape {
  readonly owner: Proc
  readonly what: string
  settle: (() => void) | undefined
}

export class Escapes {
  private readonly queue: Escape[] = []
  /** The process whose work was delivered last. */
  onDeliver: (owner: Proc, what: string) => void = () => {}

  get pending(): boolean {
    return this.queue.length > 0
  }

  /** What is pending, for a limit's message. */
  get waitingFor(): string {
    return this.queue.map(({ what, owner }) => `${what} of ${owner.name}`).join(', ')
  }

  track<T>(owner: Proc, what: string, work: Promise<T>): Promise<T> {
    // The host works on, in the name of the process.
    simulated.running = false
    return new Promise<T>((resolve, reject) => {
      const one: Escape = { owner, what, settle: undefined }
      this.queue.push(one)
      work.then(
        (value) => {
          one.settle = () => resolve(value)
        },
        (error) => {
          one.settle = () => reject(error)
        },
      )
    })
  }

  /** Settles the oldest one if its work is done; from a macrotask. */
  deliver(): boolean {
    const first = this.queue[0]
    if (first === undefined || first.settle === undefined) return false
    this.queue.shift()
    if (first.owner.sealed) return true
    this.onDeliver(first.owner, first.what)
    first.settle()
    return true
  }
}
