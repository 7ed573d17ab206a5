import { WireError } from './wire-error.ts'

/** What a broker takes by default (socket.request.max.bytes). */
export const defaultMaxFrameSize = 104_857_600

/**
 * Cuts a stream of bytes into frames, however it was chunked. A length that no frame can have ends the stream: the frames
 * before it are still given out, `failure` says why, and what follows is ignored. So the outcome never hangs on the chunks.
 */
export class FrameSplitter {
  failure: WireError | undefined
  private readonly maxFrameSize: number
  private pending: Uint8Array[] = []
  private pendingSize = 0
  /** Of the frame that is under way, with its four bytes of length; unknown until those are there. */
  private wanted: number | undefined

  constructor(maxFrameSize = defaultMaxFrameSize) {
    this.maxFrameSize = maxFrameSize
  }

  /** The frames that this chunk completes, without their lengths. They share memory with the chunks where they can. */
  feed(chunk: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = []
    if (this.failure !== undefined || chunk.length === 0) return frames
    if (this.pendingSize > 0 && this.pendingSize + chunk.length < (this.wanted ?? 4)) {
      this.keep(chunk)
      return frames
    }
    let bytes = chunk
    if (this.pendingSize > 0) {
      this.keep(chunk)
      bytes = Buffer.concat(this.pending, this.pendingSize)
    }
    this.cut(bytes, frames)
    return frames
  }

  private cut(bytes: Uint8Array, frames: Uint8Array[]): void {
    let start = 0
    this.pending = []
    this.pendingSize = 0
    this.wanted = undefined
    while (bytes.length - start >= 4) {
      const size = (bytes[start]! << 24) | (bytes[start + 1]! << 16) | (bytes[start + 2]! << 8) | bytes[start + 3]!
      if (size < 0 || size > this.maxFrameSize) {
        this.failure = new WireError('frame', `a length of ${size} bytes; 0 to ${this.maxFrameSize} are allowed`)
        return
      }
      if (bytes.length - start < size + 4) {
        this.wanted = size + 4
        break
      }
      frames.push(bytes.subarray(start + 4, start + 4 + size))
      start += 4 + size
    }
    if (start < bytes.length) this.keep(bytes.subarray(start))
  }

  private keep(chunk: Uint8Array): void {
    this.pending.push(chunk)
    this.pendingSize += chunk.length
  }

  /** How many bytes of an unfinished frame are held. */
  get held(): number {
    return this.pendingSize
  }
}
