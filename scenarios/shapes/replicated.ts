import type { Shape } from '../scenario.ts'

/** The same with so many copies of each partition, of which a write with acks=all waits for two. */
export function replicated(shape: Shape, copies: number): Shape {
  const { topology } = shape
  const brokers = Math.max(topology.brokers, copies)
  return { ...shape, topology: { ...topology, brokers, replication: copies, minInSync: Math.min(2, copies) } }
}
