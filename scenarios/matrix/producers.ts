/** Producers: told what to send, or reading it from a file. */
import { breaks, holds, type Statement } from './statement.ts'

/** kafkajs' idempotent producer hands out a sequence number again after a lost acknowledgement: one message is lost, another repeated. */
const renumbered = (promise: string) => ({ known: [`effects-${promise}/client`] })

export const producers: readonly Statement[] = [
  holds('fire-and-forget-producer', 'at-most-once', 'nothing is ever sent again'),
  breaks('fire-and-forget-producer', 'at-least-once', 'configuration', 'acks=0: what gets lost on the way is lost'),
  holds('retrying-producer', 'at-least-once', 'what was not acknowledged is sent again'),
  breaks(
    'retrying-producer',
    'exactly-once',
    'configuration',
    'a lost acknowledgement makes the client write the record again',
    renumbered('exactly-once'),
  ),
  holds('acks-all-producer', 'at-least-once', 'what two of three copies have is there, whichever broker goes'),
  breaks(
    'acks-one-producer',
    'at-least-once',
    'configuration',
    'acks=1: what the leader has and its followers have not goes with it',
  ),
  breaks(
    'unclean-producer',
    'at-least-once',
    'configuration',
    'who is elected and was not in sync lacks what all others had acknowledged',
  ),
  holds('new-topic-producer', 'at-least-once', 'a broker that has not heard of the topic says so, and is asked again'),
  breaks(
    'idempotent-producer',
    'exactly-once',
    'client',
    'kafkajs hands out a sequence number again after a lost acknowledgement (docs/kafkajs.md)',
  ),
  breaks(
    'resending-producer',
    'exactly-once',
    'application',
    'a second send() is a second message, however idempotent the producer is',
    renumbered('exactly-once'),
  ),
  holds('import-from-start', 'at-least-once', 'every start sends everything', renumbered('at-least-once')),
  breaks(
    'import-from-start',
    'exactly-once',
    'application',
    'what was sent before a crash is sent again',
    renumbered('exactly-once'),
  ),
  holds(
    'import-position-before',
    'at-most-once',
    'a line that was begun is never read again',
    renumbered('at-most-once'),
  ),
  breaks(
    'import-position-before',
    'at-least-once',
    'application',
    'a crash after the position was saved skips the line',
    renumbered('at-least-once'),
  ),
  holds('import-position-after', 'at-least-once', 'a line is passed once it was sent', renumbered('at-least-once')),
  breaks(
    'import-position-after',
    'exactly-once',
    'application',
    'a crash before the position was saved sends the line again',
    renumbered('exactly-once'),
  ),
  breaks('two-importers', 'exactly-once', 'application', 'both send all of it', renumbered('exactly-once')),
]
