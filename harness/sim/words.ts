/** Records of 32-bit words in one chunk that is given on whenever it is full; a record is never cut. */

const CHUNK_BYTES = 1 << 16

const asFloat = new Float64Array(1)
const halves = new Uint32Array(asFloat.buffer)

export class Words {
  private readonly full: (chunk: Uint8Array) => void
  private words = new Uint32Array(CHUNK_BYTES / 4)
  private bytes = new Uint8Array(this.words.buffer)
  private used = 0
  /** Where the record that is being written begins, and its kind. */
  private start = 0
  private kind = 0
  /** Bytes that fill up the last word of the record. */
  private filling = 0

  /** `full` gets each chunk while it is called, and no longer. */
  constructor(full: (chunk: Uint8Array) => void) {
    this.full = full
  }

  begin(kind: number): void {
    this.start = this.used
    this.kind = kind
    this.filling = 0
    // Room for the head and for the few words of the plain kinds.
    this.need(8)
    this.used++
  }

  end(): void {
    const { start } = this
    this.words[start] = (((this.used - start - 1) * 4 - this.filling) << 3) | this.kind
  }

  put(word: number): void {
    if (this.used >= this.words.length) this.need(1)
    this.words[this.used++] = word
  }

  putFloat(value: number): void {
    asFloat[0] = value
    this.put(halves[0]!)
    this.put(halves[1]!)
  }

  putBytes(bytes: Uint8Array): void {
    const { length } = bytes
    const words = (length + 3) >> 2
    if (words === 0) return
    this.need(words)
    this.words[this.used + words - 1] = 0
    this.bytes.set(bytes, this.used * 4)
    this.used += words
    this.filling = words * 4 - length
  }

  /** Two characters a word: most texts are short, and a call into the engine for each costs more than this loop. */
  putText(text: string): void {
    const { length } = text
    this.need((length + 1) >> 1)
    const { words } = this
    let at = this.used
    let i = 0
    for (; i + 1 < length; i += 2) words[at++] = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16)
    if (i < length) words[at++] = text.charCodeAt(i)
    this.used = at
  }

  flush(): void {
    if (this.used > 0) this.full(this.bytes.subarray(0, this.used * 4))
    this.used = 0
    this.start = 0
  }

  private need(more: number): void {
    if (this.used + more <= this.words.length) return
    const { start, used, words } = this
    if (start > 0) this.full(this.bytes.subarray(0, start * 4))
    const tail = used - start
    if (tail + more > words.length) {
      this.words = new Uint32Array(Math.max(2 * words.length, tail + more))
      this.bytes = new Uint8Array(this.words.buffer)
      this.words.set(words.subarray(start, used))
    } else words.copyWithin(0, start, used)
    this.start = 0
    this.used = tail
  }
}
