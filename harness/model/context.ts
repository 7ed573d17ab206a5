/** What one step hands to its handlers: the state, the time, and where their outputs go. */
import type { ClusterEvent } from '../history/op.ts'
import type { Connection } from './broker.ts'
import type { ClusterState } from './state.ts'
import type { Context, Draws, Output, Request, TimerPurpose } from './types.ts'

export function commitKey(group: string, topic: string, partition: number): string {
  return `${topic}/${partition}@${group}`
}

export class Step implements Context {
  readonly state: ClusterState
  readonly nowMs: number
  readonly draws: Draws
  readonly outputs: Output[] = []
  /** Connections whose request was answered while others wait behind it. */
  readonly free: Connection[] = []
  /** The request whose handler runs, until it is told that it was taken. */
  private handled: Request | null = null

  constructor(state: ClusterState, nowMs: number, draws: Draws) {
    this.state = state
    this.nowMs = nowMs
    this.draws = draws
  }

  /** Runs the handler of a request. `taken` is told before its answer, and after everything if there is none yet. */
  handle(request: Request, handler: (ctx: Context, request: Request, body: unknown) => void): void {
    this.handled = request
    handler(this, request, request.body)
    this.tellTaken()
  }

  private tellTaken(): void {
    const request = this.handled
    if (request === null) return
    this.handled = null
    this.outputs.push({ kind: 'taken', request })
  }

  emit(output: Output): void {
    if (output.kind === 'close' && output.connection === this.handled?.connection) this.tellTaken()
    this.outputs.push(output)
  }

  answer(request: Request, body: unknown): void {
    const connection = this.state.connections.get(request.connection)
    // The connection is closed, or this was answered before.
    if (connection?.inFlight !== request) return
    if (request === this.handled) this.tellTaken()
    connection.inFlight = null
    this.outputs.push({ kind: 'answer', request, body })
    if (connection.queue.length > 0) this.free.push(connection)
  }

  note(event: ClusterEvent, request?: Request): void {
    if (event.what === 'committed') {
      const { group, topic, partition, offset } = event
      this.state.toldCommits.set(commitKey(group, topic, partition), offset)
    }
    this.outputs.push(request === undefined ? { kind: 'note', event } : { kind: 'note', event, request })
  }

  arm(broker: number, atMs: number, fire: TimerPurpose): number {
    const id = this.state.nextTimerId++
    this.state.timers.set(id, { broker, fire })
    this.outputs.push({ kind: 'timer', broker, id, atMs })
    return id
  }

  disarm(id: number): void {
    this.state.timers.delete(id)
  }
}
