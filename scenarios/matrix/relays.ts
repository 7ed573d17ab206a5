/** Consumers that write what they read into another topic. */
import { breaks, holds, type Statement } from './statement.ts'

export const relays: readonly Statement[] = [
  holds('relay', 'at-least-once', 'what was not committed is read and written again', {
    known: ['effects-at-least-once/client'],
  }),
  breaks('relay', 'exactly-once', 'application', 'a crash between the record and the commit writes it again', {
    known: ['effects-exactly-once/client'],
  }),
  holds(
    'relay-transactional',
    'exactly-once',
    'record and position are one transaction, and one owner at a time can make it',
  ),
  holds(
    'relay-and-reader',
    'exactly-once',
    'the reader does it once, as its position moves with its effect; kafkajs may still hand it what was aborted',
    { known: ['effects-exactly-once/client'] },
  ),
  holds(
    'failover-relay',
    'exactly-once',
    'what a coordinator had decided is in its log, which the next one reads before it answers',
  ),
  holds('relay-instance-id', 'at-least-once', 'the position moves with the record or not at all'),
  breaks(
    'relay-instance-id',
    'exactly-once',
    'application',
    'a zombie whose partition went to another instance is shut out by nobody',
  ),
  breaks('relay-random-id', 'exactly-once', 'application', 'neither a zombie nor a former life is ever shut out'),
  holds('relay-side-effect', 'at-least-once', 'what was not committed is done again'),
  breaks(
    'relay-side-effect',
    'exactly-once',
    'application',
    'a transaction that is aborted does not take back what was done outside of Kafka',
  ),
]
