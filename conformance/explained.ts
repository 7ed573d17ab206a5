/**
 * In what the model differs from Apache Kafka on purpose, and why. Whoever reads a difference here should come to the conclusion that no
 * client can tell, or that the model says so itself. Anything that is not listed is a bug.
 */
import type { Served } from '../harness/model/releases.ts'

export interface Explained {
  readonly apis: readonly Served[]
  /** What is compared in another way, or not at all. */
  readonly what: string
  readonly why: string
}

/** Applied in compare.ts; docs/fidelity.md is made from it. */
export const explained = {
  texts: {
    apis: ['produce', 'createTopics', 'createPartitions', 'deleteTopics', 'describeConfigs', 'findCoordinator'],
    what: 'the texts of error messages: only whether there is one is compared',
    why: 'they are for people, name the classes of the broker, and change from release to release',
  },
  order: {
    apis: ['metadata', 'describeConfigs', 'describeGroups', 'listGroups', 'offsetFetch', 'joinGroup'],
    what: 'the order of topics, partitions, members and settings in an answer',
    why: 'the broker gives the order of a hash table, which changes from start to start',
  },
  leaders: {
    apis: ['joinGroup'],
    what: 'who of several members leads a group when its leader has gone: what differs is played again until both choose alike',
    why: 'the broker takes the first of a hash table, whose order changes from run to run; here it is who came first',
  },
  served: {
    apis: ['apiVersions'],
    what: 'ApiVersions lists fewer APIs, of 4.4 not the newest versions of some, and no features',
    why: 'the model tells only of what it serves; from which version on is compared',
  },
  controller: {
    apis: ['metadata', 'describeCluster'],
    what: 'which broker is told to be the controller',
    why: 'brokers of KRaft name any of those that are up: whoever asks it is passed on',
  },
  clock: {
    apis: ['listOffsets'],
    what: 'the time of a marker: only that it is one',
    why: 'it is the wall clock of the broker; of what clients wrote the time is compared',
  },
  retention: {
    apis: ['fetch', 'listOffsets'],
    what: 'what retention and compaction do: nothing is written that would be due while a sequence runs',
    why: 'when a broker looks after its logs is a matter of its clock; what it does then is tested in the model, after its source',
  },
  brokerSettings: {
    apis: ['describeConfigs'],
    what: 'the settings of a broker: only those that the model has are compared',
    why: 'there are more than three hundred, of which the model shows those that clients may ask about',
  },
} as const satisfies Readonly<Record<string, Explained>>
