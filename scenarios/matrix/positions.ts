/** Consumers that keep their position themselves. */
import { breaks, holds, type Statement } from './statement.ts'

export const positions: readonly Statement[] = [
  holds(
    'stored-position',
    'exactly-once',
    'the position moves with the effect or not at all, and only from where it was',
  ),
  holds('stored-position-apart', 'at-least-once', 'the position moves after the effect'),
  breaks('stored-position-apart', 'exactly-once', 'application', 'a crash between effect and position repeats'),
  holds('stored-position-unread', 'at-least-once', 'the position moves with the effect'),
  breaks('stored-position-unread', 'exactly-once', 'application', 'a zombie does again what the next owner has done'),
  breaks(
    'trusted-position',
    'at-least-once',
    'application',
    'a position of the old log says that the first records of the new one are done',
  ),
  holds('checked-position', 'at-least-once', 'a position whose place is gone leads to the beginning'),
]
