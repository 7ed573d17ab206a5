/** Which message lies at which offset, as the cluster tells it; names the places in a log that anchors are about. */
import type { ClusterEvent } from '../history/op.ts'

export class Identities {
  private readonly logs = new Map<string, string[]>()

  /** Follows what the cluster stored. */
  see(event: ClusterEvent): void {
    switch (event.what) {
      case 'appended': {
        const key = `${event.topic}/${event.partition}`
        let log = this.logs.get(key)
        if (log === undefined) this.logs.set(key, (log = []))
        const base = Number(event.baseOffset)
        for (let i = 0; i < event.messages.length; i++) log[base + i] = event.messages[i]!
        return
      }
      // It has an offset and is no message: what lies before the next record is the message before it.
      case 'marker': {
        const log = this.logs.get(`${event.topic}/${event.partition}`)
        const offset = Number(event.offset)
        if (log !== undefined) log[offset] = log[offset - 1] ?? ''
        return
      }
      case 'topic':
        for (let partition = 0; partition < event.partitions; partition++)
          this.logs.delete(`${event.topic}/${partition}`)
        return
      case 'cluster-reset':
        this.logs.clear()
    }
  }

  messageBefore(topic: string, partition: number, offset: bigint): string {
    return offset <= 0n ? '' : (this.logs.get(`${topic}/${partition}`)?.[Number(offset) - 1] ?? '')
  }

  end(topic: string, partition: number): number {
    return this.logs.get(`${topic}/${partition}`)?.length ?? 0
  }
}
