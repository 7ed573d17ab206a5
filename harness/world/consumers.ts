/**
 * Who wants to consume: a consumer that was told to run and has neither stopped nor given up is expected in its group, also while it
 * waits between two attempts and nothing of it can be seen on the wire.
 */
import type { Op } from '../history/op.ts'

export class Consumers {
  private readonly running = new Map<string, Set<string>>()

  see({ process, phase, body }: Op): void {
    switch (body.what) {
      case 'run':
        if (phase === 'invoke') this.of(process).add(body.client)
        return
      case 'stop':
      case 'disconnect':
        if (phase === 'ok') this.of(process).delete(body.client)
        return
      case 'crashed':
        if (!body.restart) this.of(process).delete(`consumer-${body.consumer}`)
        return
      case 'process':
        if (body.is === 'started') this.running.delete(process)
    }
  }

  wants(process: string): boolean {
    return (this.running.get(process)?.size ?? 0) > 0
  }

  private of(process: string): Set<string> {
    let clients = this.running.get(process)
    if (clients === undefined) this.running.set(process, (clients = new Set()))
    return clients
  }
}
