/** The form of the tables that turn operations into words, and what they share. A missing entry does not compile. */
import type { Body, Failure, PartitionOffset, Phase } from '../../harness/history/op.ts'
import { listed } from './text.ts'

type Holding<B, W> = B extends { readonly what: infer Whats } ? (W extends Whats ? B : never) : never
export type BodyOf<W extends Body['what']> = Holding<Body, W>
export type Words<What extends Body['what']> = {
  readonly [W in What]: (body: BodyOf<W>, phase: Phase) => string
}

export function inPhase(phase: Phase, error: Failure | undefined, says: Readonly<Record<Phase, string>>): string {
  return error !== undefined && phase !== 'invoke' ? `${says[phase]}: ${failureOf(error)}` : says[phase]
}

/** `KafkaJSProtocolError NOT_LEADER_OR_FOLLOWER`. Messages differ between versions of Node; class and code tell enough. */
export const failureOf = ({ name, code }: Failure): string => (code === '' || code === name ? name : `${name} ${code}`)

/** `3`, or `3 to 5`. */
export const range = (first: string, last: string): string => (first === last ? first : `${first} to ${last}`)

export function offsetsOf(offsets: readonly PartitionOffset[]): string {
  const places = offsets.map(
    ({ topic, partition, offset }) => `${topic}/${partition} at ${offset || 'an unknown offset'}`,
  )
  return listed(places, 4) || 'nothing'
}
