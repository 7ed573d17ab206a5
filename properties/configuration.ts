/**
 * What Kafka and kafkajs leave to those who configure them: choices under which records are lost or repeated though every layer keeps its
 * contract. Each is named where the blame is the configuration's.
 */
import type { Clause } from './property.ts'

export const configuration: readonly Clause[] = [
  {
    name: 'acks-0',
    says: 'with acks=0 a send() resolves when it is sent, stored or not',
    advice: 'send with acks: -1, which is the default of kafkajs',
  },
  {
    name: 'acks-1',
    says: 'with acks=1 a record is acknowledged by its leader alone and may go with it',
    advice: 'send with acks: -1, and give the topic min.insync.replicas of at least 2',
  },
  {
    name: 'not-idempotent',
    says: 'a producer that is not idempotent stores a record again when the answer to it was lost',
    advice:
      'make the producer with idempotent: true, or let its consumers recognise what they have seen by an id of the message',
  },
  {
    name: 'starts-at-latest',
    says: 'a group that has committed nothing, or whose position is out of range, starts at the end unless fromBeginning is set',
    advice: 'subscribe with fromBeginning: true: what was written before the group first read is then not skipped',
  },
  {
    name: 'unclean-election',
    says: 'an unclean election makes a replica the leader that lacks records which were acknowledged',
    advice: 'leave unclean.leader.election.enable at false on topics that must not lose anything',
  },
  {
    name: 'unflushed',
    says: 'Kafka acknowledges before it flushes: what only machines have that go down together is gone',
    advice: 'keep replicas where no power failure takes them all, and min.insync.replicas at 2 or more',
  },
  {
    name: 'no-restart-left',
    says: 'a supervisor that does not restart a process leaves its work undone',
    advice: 'let the supervisor restart the process for as long as it ends by itself',
  },
]
