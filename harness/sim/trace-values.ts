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

/** A key that has been written. What comes after a key mostly is what came after it the last time, and need not be looked up. */
interface Key {
  readonly text: string
  readonly word: number
  next: Key | null
  /** The last text that was its value, and the word of that. */
  value: string | null
  valueWord: number
}

export class ValueWriter {
  private readonly words: Words
  private readonly known = new Map<string, number>()
  private readonly keys = new Map<string, Key>()
  /** Comes before the first key of every object. */
  private readonly noKey = newKey('', 0)

  constructor(words: Words) {
    this.words = words
  }

  /** Answers the word that stands for this text from now on. */
  text(text: string): number {
    const { words, known } = this
    const word = known.get(text)
    if (word !== undefined) {
      words.put(word)
      return word
    }
    const next = (known.size << 3) | KNOWN
    known.set(text, next)
    words.put((text.length << 3) | NEW)
    words.putText(text)
    return next
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
    let last = this.noKey
    for (const key in body) {
      const value = (body as Record<string, unknown>)[key]
      if (value === undefined || key === 'text' || key === 'why' || key === 'options') continue
      if (key !== 'error') {
        last = this.key(key, last)
        if (typeof value === 'string') this.textAt(last, value)
        else this.any(value)
      } else if (typeof value === 'object' && value !== null) {
        const { message: _, ...rest } = value as { message?: unknown }
        last = this.key(key, last)
        this.object(rest)
      }
    }
    words.put(END)
  }

  /** Writes the key that comes after `last` in its object. */
  private key(text: string, last: Key): Key {
    const { next } = last
    if (next !== null && next.text === text) {
      this.words.put(next.word)
      return next
    }
    const word = this.text(text)
    let key = this.keys.get(text)
    if (key === undefined) {
      key = newKey(text, word)
      this.keys.set(text, key)
    }
    last.next = key
    return key
  }

  private textAt(key: Key, value: string): void {
    if (key.value === value) {
      this.words.put(key.valueWord)
      return
    }
    key.valueWord = this.text(value)
    key.value = value
  }

  private object(object: object): void {
    const { words } = this
    words.put(OBJECT)
    let last = this.noKey
    for (const key in object) {
      const value = (object as Record<string, unknown>)[key]
      if (value === undefined) continue
      last = this.key(key, last)
      if (typeof value === 'string') this.textAt(last, value)
      else this.any(value)
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

function newKey(text: string, word: number): Key {
  return { text, word, next: null, value: null, valueWord: 0 }
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
