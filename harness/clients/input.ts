/**
 * `ctx.input`: what the application is told to do, one message at a time, in the order in which it came. Several workers may iterate it
 * at once; each message goes to one of them. A message counts as handed over (op `input`) when the application takes it.
 */
import type { Json } from '../plan/plan.ts'
import type { Recorder } from '../sim/port.ts'

export interface InputMessage {
  readonly id: string
  readonly key: string | null
  readonly value: Json
}

/** The harness' end of it. */
export interface InputFeed {
  push(message: InputMessage): void
  /** No more will come: iteration ends once everything was taken. */
  close(): void
  /** What nobody has taken yet, for the next life of the process. */
  readonly waiting: readonly InputMessage[]
}

export class Input implements AsyncIterable<InputMessage>, InputFeed {
  readonly #recorder: Recorder
  readonly #waiting: InputMessage[] = []
  readonly #takers: ((taken: IteratorResult<InputMessage>) => void)[] = []
  #closed = false

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  get waiting(): readonly InputMessage[] {
    return this.#waiting
  }

  push(message: InputMessage): void {
    if (this.#closed) throw new Error(`input ${message.id} came after the input was closed`)
    const taker = this.#takers.shift()
    if (taker === undefined) this.#waiting.push(message)
    else taker(this.#handOver(message))
  }

  close(): void {
    this.#closed = true
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): AsyncIterator<InputMessage> {
    return {
      next: () => {
        const message = this.#waiting.shift()
        if (message !== undefined) return Promise.resolve(this.#handOver(message))
        if (this.#closed) return Promise.resolve({ done: true, value: undefined })
        return new Promise((resolve) => this.#takers.push(resolve))
      },
    }
  }

  #handOver(message: InputMessage): IteratorResult<InputMessage> {
    this.#recorder.note('application', { what: 'input', message: message.id })
    return { done: false, value: message }
  }
}
