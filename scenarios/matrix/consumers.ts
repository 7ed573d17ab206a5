/** Consumers whose position is the group's committed offset. */
import { breaks, holds, type Statement } from './statement.ts'

export const consumers: readonly Statement[] = [
  holds(
    'commit-before',
    'at-most-once',
    'what is committed is never handled again by the application; kafkajs may still hand out what a rebalance took away',
    { known: ['effects-at-most-once/client'] },
  ),
  breaks(
    'commit-before',
    'at-least-once',
    'application',
    'a crash between the commit and the effect loses the message',
  ),
  holds('commit-after', 'at-least-once', 'what was not committed is handled again'),
  breaks(
    'commit-after',
    'exactly-once',
    'application',
    'a crash between the effect and the commit repeats the message',
    { known: ['effects-exactly-once/client'] },
  ),
  holds('auto-commit', 'at-least-once', 'kafkajs commits what its handler is done with'),
  breaks('auto-commit', 'exactly-once', 'application', 'a crash repeats what was done since the last commit', {
    known: ['effects-exactly-once/client'],
  }),
  breaks('auto-commit-unawaited', 'at-least-once', 'application', 'kafkajs commits what is still on its way'),
  breaks(
    'auto-commit-unawaited',
    'at-most-once',
    'application',
    'what was done since the last commit is done again after a crash',
    { known: ['effects-at-most-once/client'] },
  ),
  holds(
    'failover-group',
    'at-least-once',
    'what was committed is in the log of the coordinator, which the next one reads before it answers',
  ),
  holds(
    'unclean-reader',
    'at-least-once',
    'what went with an unclean election, and what was written in its place before the group was, is promised by nobody',
  ),
  holds('crowded-group', 'at-least-once', 'members without a partition wait until one comes to them'),
  holds('sparse-group', 'at-least-once', 'a member with several partitions does one after the other'),
  holds('fresh-group-from-start', 'at-least-once', 'a new group reads everything again'),
  breaks(
    'fresh-group-from-start',
    'exactly-once',
    'application',
    'a new group handles again what the old one had done',
  ),
  breaks(
    'fresh-group-from-end',
    'at-least-once',
    'configuration',
    'a new group skips what came while nobody was there to read it',
  ),
  breaks('from-the-end', 'at-least-once', 'configuration', 'where a group has no position yet, it skips what is there'),
  holds(
    'policy-none',
    'at-least-once',
    'what was not committed is handled again, and where that place is gone it stops',
  ),
]
