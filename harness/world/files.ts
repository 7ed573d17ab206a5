/**
 * Files that the workload grows, line by line, and that processes read from wherever they choose. A file outlives every process; how far
 * one had read does not.
 */
import type { InputFeed, InputMessage } from '../clients/input.ts'
import type { Clock } from '../sim/clock.ts'
import type { Proc } from '../sim/process.ts'

interface File {
  readonly lines: InputMessage[]
  /** Lines that the plan still has in store. */
  toCome: number
  /** Of living processes. */
  readers: Reader[]
}

interface Reader {
  readonly proc: Proc
  readonly feed: InputFeed
  next: number
}

export class Files {
  private readonly files = new Map<string, File>()
  private readonly clock: Clock<Proc>

  constructor(clock: Clock<Proc>) {
    this.clock = clock
  }

  /** One more line, at `atMs`. */
  add(name: string, line: InputMessage, atMs: number): void {
    const file = this.file(name)
    file.toCome++
    this.clock.schedule(atMs, null, 'input', () => {
      file.toCome--
      file.lines.push(line)
      for (const reader of file.readers)
        this.clock.schedule(this.clock.nowMs, reader.proc, 'input', () => handOver(file, reader))
    })
  }

  /** In an event of the process. */
  open(proc: Proc, name: string, from: number, feed: InputFeed): void {
    const file = this.file(name)
    const reader: Reader = { proc, feed, next: from }
    file.readers.push(reader)
    handOver(file, reader)
  }

  detach(proc: Proc): void {
    for (const file of this.files.values()) file.readers = file.readers.filter((reader) => reader.proc !== proc)
  }

  /** Every file is whole, and somebody who lives has read it to its end. */
  get done(): boolean {
    for (const { toCome, lines, readers } of this.files.values()) {
      if (toCome > 0) return false
      if (lines.length > 0 && readers.length === 0) return false
      if (readers.some(({ next, feed }) => next < lines.length || feed.waiting.length > 0)) return false
    }
    return true
  }

  private file(name: string): File {
    let file = this.files.get(name)
    if (file === undefined) this.files.set(name, (file = { lines: [], toCome: 0, readers: [] }))
    return file
  }
}

function handOver(file: File, reader: Reader): void {
  while (reader.next < file.lines.length) reader.feed.push(file.lines[reader.next++]!)
  if (file.toCome === 0) reader.feed.close()
}
