/**
 * One TCP connection between a client host and a server host: two independent directions, each FIFO, each closed by FIN on its own;
 * RST ends both. Pure state: no clock, no Kafka.
 */

/** `up`: from the client, which opened it. `down`: from the server. */
export type Direction = 'up' | 'down'

export type Segment =
  | { readonly kind: 'syn' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'fin' }
  | { readonly kind: 'rst' }

export interface Way {
  /** FIN or RST was sent: nothing more may be. */
  closed: boolean
  /** FIN or RST has arrived, or the receiver is gone: nothing more is delivered. */
  deaf: boolean
  /** Virtual time before which nothing may arrive, as what was sent earlier has not (TCP keeps the order). */
  notBeforeMs: number
  /** Bytes sent and arrived, to tell which chunk completes an answer. */
  sent: number
  arrived: number
}

export interface Connection {
  readonly id: number
  readonly client: string
  readonly server: string
  readonly up: Way
  readonly down: Way
  established: boolean
}

export function connection(id: number, client: string, server: string): Connection {
  return { id, client, server, up: way(), down: way(), established: false }
}

function way(): Way {
  return { closed: false, deaf: false, notBeforeMs: 0, sent: 0, arrived: 0 }
}

export const opposite = (direction: Direction): Direction => (direction === 'up' ? 'down' : 'up')
