/**
 * `ctx.effects`: the team's database as the application calls it. This is the side inside the process: it turns calls into promises and
 * writes them into the history. What is durable is on the other side (`effect-store.ts`); a call of a process that was killed meanwhile
 * never settles.
 */
import type { ApplicationBody } from '../history/op.ts'
import type { Json } from '../plan/plan.ts'
import type { Recorder } from '../sim/port.ts'
import type { EffectArgs, EffectResults, EffectsPort, EffectVerb, Reading, Write } from './effects-port.ts'

/**
 * Which inputs an effect came from, where its key does not say it. None (`from: []`) is for what is no effect of an input: a position that
 * the application keeps, a marker.
 */
export interface From {
  readonly from: readonly string[]
}

/** `value` is anything that JSON can say; it is copied when the call is made. */
export interface EffectVerbs {
  /** Appends one effect. Twice is two effects. */
  apply(key: string, value?: unknown, from?: From): Promise<void>
  /** Sets the value of `key`. Twice is as good as once. */
  upsert(key: string, value: unknown, from?: From): Promise<void>
  /** The value that `key` was last set to, if it was. */
  get<Value = Json>(key: string, from?: From): Promise<Value | undefined>
}

export interface Effects extends EffectVerbs {
  /**
   * Everything that `work` writes through `tx` becomes durable at once when it returns, or not at all. It rejects with code '40001' and
   * without any effect if another transaction wrote meanwhile what this one has read.
   */
  transaction<Result>(work: (tx: EffectVerbs) => Promise<Result>): Promise<Result>
}

type Body = Extract<ApplicationBody, { what: 'effect' }>
type Call = <Verb extends EffectVerb>(verb: Verb, args: EffectArgs[Verb], body: Body) => Promise<EffectResults[Verb]>

export function processEffects(port: EffectsPort, recorder: Recorder): Effects {
  const call: Call = (verb, args, body) => {
    const op = recorder.invoke('application', body)
    return new Promise((resolve, reject) => {
      port.call(verb, args, body.messages, (error, result) => {
        if (error !== null) {
          recorder.end(op, error.indeterminate ? 'unknown' : 'fail', body)
          reject(error)
        } else {
          recorder.end(op, 'ok', body)
          resolve(result!)
        }
      })
    })
  }
  const read = (key: string, from?: From) =>
    call('get', [key], { what: 'effect', verb: 'get', key, messages: from?.from ?? [key] })
  const write = async (verb: 'apply' | 'upsert', key: string, value: unknown, from?: From) => {
    const { messages, value: copy } = writeOf(verb, key, value, from)
    await call(verb, [key, copy], { what: 'effect', verb, key, messages, value: copy })
  }

  return {
    apply: (key, value, from) => write('apply', key, value, from),
    upsert: (key, value, from) => write('upsert', key, value, from),
    get: async <Value>(key: string, from?: From) => (await read(key, from)).value as Value | undefined,
    async transaction(work) {
      const transaction = new Transaction(read)
      const result = await work(transaction)
      const { reads, writes } = transaction.close()
      if (writes.length > 0) {
        await call('transaction', [{ reads, writes }], {
          what: 'effect',
          verb: 'transaction',
          key: writes.map(({ key }) => key).join(','),
          messages: [...new Set(writes.flatMap(({ messages }) => messages))],
          value: writes,
        })
      }
      return result
    },
  }
}

/** Writes wait here until the end; reads see them, and otherwise what the database says, once per key. */
class Transaction implements EffectVerbs {
  readonly #read: (key: string, from?: From) => Promise<Reading>
  readonly #readings = new Map<string, Reading>()
  readonly #upserted = new Map<string, Json>()
  readonly #writes: Write[] = []
  #open = true

  constructor(read: (key: string, from?: From) => Promise<Reading>) {
    this.#read = read
  }

  async apply(key: string, value?: unknown, from?: From): Promise<void> {
    this.#check()
    this.#writes.push(writeOf('apply', key, value, from))
  }

  async upsert(key: string, value: unknown, from?: From): Promise<void> {
    this.#check()
    const write = writeOf('upsert', key, value, from)
    this.#writes.push(write)
    this.#upserted.set(key, write.value)
  }

  async get<Value>(key: string, from?: From): Promise<Value | undefined> {
    this.#check()
    if (this.#upserted.has(key)) return this.#upserted.get(key) as Value
    let reading = this.#readings.get(key)
    if (reading === undefined) {
      reading = await this.#read(key, from)
      // Two reads of one key at a time: the older one counts, as that is what the application may have seen first.
      const earlier = this.#readings.get(key)
      if (earlier === undefined) this.#readings.set(key, reading)
      else reading = earlier
    }
    return reading.value as Value | undefined
  }

  close() {
    this.#open = false
    return {
      reads: [...this.#readings].map(([key, { version }]) => ({ key, version })),
      writes: this.#writes as readonly Write[],
    }
  }

  #check(): void {
    if (!this.#open) {
      throw new Error('this transaction is over: await everything that belongs to it inside of effects.transaction()')
    }
  }
}

function writeOf(verb: 'apply' | 'upsert', key: string, value: unknown, from?: From): Write {
  if (typeof key !== 'string') throw new TypeError(`effects.${verb}: the key must be a string, not ${typeof key}`)
  return { verb, key, value: copyOf(verb, value), messages: from?.from ?? [key] }
}

/** As it would be stored: what the application does to the object afterwards is its own affair. */
function copyOf(verb: string, value: unknown): Json {
  if (value === undefined) return null
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`effects.${verb}: a ${typeof value} is nothing that JSON can say`)
  return JSON.parse(text) as Json
}
