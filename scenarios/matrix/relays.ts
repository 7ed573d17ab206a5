/** Consumers that write what they read into another topic. */
import { breaks, holds, type Statement } from './statement.ts'

export const relays: readonly Statement[] = [
  holds('relay', 'at-least-once', 'what was not committed is read and written again', {
    known: ['effects-at-least-once/client'],
  }),
  breaks('relay', 'exactly-once', 'application', 'a crash between the record and the commit writes it again', {
    known: ['effects-exactly-once/client'],
  }),
]
