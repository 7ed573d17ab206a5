/**
 * Plain data as words. A text is written out where it first occurs and is a number from then on: most texts of a history (keys, topics,
 * names of processes, message ids) come again and again. So two streams of words are equal exactly when the values are.
 *
 * The low three bits of a word say what it is.
 */
import type { Words } from './words.ts'

const KNOWN = 0
const WHOLE = 1
const FLOAT = 2
const CONSTANT = 3
const LIST = 4
const OBJECT = 5
const END = 6
const NEW = 7

const CONSTANTS = [undefined, null, false, true] as const
/** Whole numbers below this fit beside the three bits. */
const WHOLE_LIMIT = 2 ** 29

export class ValueWriter {
  private readonly words: Words
  private readonly known = new Map<string, number>()

  constructor(words: Words) {
    this.words = words
  }

  text(text: string): void {
    const { words, known } = this
    const number = known.get(text)
    if (number !== undefined) {
      words.put((number << 3) | KNOWN)
      return
    }
    known.set(text, known.size)
    words.put((text.length << 3) | NEW)
    words.putText(text)
  }

  any(value: unknown): void {
    const { words } = this
    if (typeof value === 'string') this.text(value)
    else if (typeof value === 'number') this.number(value)
    else if (typeof value === 'boolean') words.put(((value ? 3 : 2) << 3) | CONSTANT)
    else if (value === null) words.put((1 << 3) | CONSTANT)
    else if (typeof value !== 'object') words.put(CONSTANT)
    else if (Array.isArray(value)) this.list(value)
    else this.object(value)
  }

  /** The body of an operation, without what is for people and what an application chose: whatever follows from that is in the trace. */
  body(body: object): void {
    const { words } = this
    words.put(OBJECT)
    for (const key in body) {
      const value = (body as Record<string, unknown>)[key]
      if (value === undefined || key === 'text' || key === 'why' || key === 'options') continue
      if (key !== 'error') {
        this.text(key)
        this.any(value)
      } else if (typeof value === 'object' && value !== null) {
        const { message: _, ...rest } = value as { message?: unknown }
        this.text(key)
        this.object(rest)
      }
    }
    words.put(END)
  }

  private object(object: object): void {
    const { words } = this
    words.put(OBJECT)
    for (const key in object) {
      const value = (object as Record<string, unknown>)[key]
      if (value === undefined) continue
      this.text(key)
      this.any(value)
    }
    words.put(END)
  }

  private list(values: readonly unknown[]): void {
    this.words.put((values.length << 3) | LIST)
    for (let i = 0; i < values.length; i++) this.any(values[i])
  }

  private number(value: number): void {
    const { words } = this
    if (value >= 0 && value < WHOLE_LIMIT && Math.floor(value) === value && !Object.is(value, -0)) {
      words.put((value << 3) | WHOLE)
      return
    }
    words.put(FLOAT)
    words.putFloat(value)
  }
}

/** Reads what one ValueWriter wrote, in its order. */
export class ValueReader {
  private readonly known: string[] = []
  private view: DataView = new DataView(new ArrayBuffer(0))
  private at = 0

  /** All values from `from` on. */
  all(view: DataView, from: number): unknown[] {
    this.view = view
    this.at = from
    const values: unknown[] = []
    while (this.at < view.byteLength) values.push(this.value(this.word()))
    return values
  }

  private word(): number {
    const word = this.view.getUint32(this.at, true)
    this.at += 4
    return word
  }

  private value(word: number): unknown {
    const rest = word >>> 3
    switch (word & 7) {
      case KNOWN:
        return this.known[rest]
      case WHOLE:
        return rest
      case FLOAT:
        this.at += 8
        return this.view.getFloat64(this.at - 8, true)
      case CONSTANT:
        return CONSTANTS[rest]
      case LIST:
        return Array.from({ length: rest }, () => this.value(this.word()))
      case OBJECT: {
        const object: Record<string, unknown> = {}
        for (let next = this.word(); next !== END; next = this.word()) {
          const key = this.value(next) as string
          object[key] = this.value(this.word())
        }
        return object
      }
      default: {
        let text = ''
        for (let i = 0; i < rest; i++) text += String.fromCharCode(this.view.getUint16(this.at + 2 * i, true))
        this.at += ((rest + 1) >> 1) * 4
        this.known.push(text)
        return text
      }
    }
  }
}
