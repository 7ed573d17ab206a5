/** What happens to brokers, and to the cluster as a whole. */
import { all, type Entries, excused, lossExcused } from '../entry.ts'

type Ids =
  | 'leader-move'
  | 'broker-restart'
  | 'broker-wipe'
  | 'machine-crash'
  | 'broker-partition'
  | 'unclean-election'
  | 'disk-full'
  | 'stale-metadata'
  | 'empty-metadata'
  | 'controller-loss'
  | 'coordinator-load'
  | 'slow-markers'
  | 'cluster-reset'
  | 'topic-recreate'
  | 'retention'
  | 'offset-reset'

const which = 'which broker, by role or by id'

export const clusterKinds: Entries<Ids> = {
  'leader-move': {
    says: 'another broker becomes the leader of a partition, or the coordinator of a group or a transactional id; nothing is lost on the way',
    layer: 'cluster',
    parameters: { of: 'the leader of which partition, or the coordinator of which group or transactional id' },
    needs: ['moveLeader'],
    covers: all('a leader that moves takes the whole log along, so everyday operations explain no loss'),
  },
  'broker-restart': {
    says: 'a broker goes down and comes back with everything it had stored',
    layer: 'broker',
    parameters: { broker: which, downMs: 'how long it is away' },
    needs: ['killBroker'],
    covers: all('a restart loses nothing: what was acknowledged comes back with the broker'),
  },
  'broker-wipe': {
    says: 'a broker comes back with an empty volume that the controller still takes for the old one: same topics, same ids, offsets from 0',
    layer: 'broker',
    parameters: {
      broker: which,
      downMs: 'how long it is away',
      keeps: 'nothing, or offsets: what groups had committed lay on another volume',
    },
    needs: ['wipeBroker'],
    covers: {
      'at-most-once': excused(
        'committed offsets that went with the volume make a group read again what lies elsewhere',
      ),
      'at-least-once': excused('records that the cluster has thrown away cannot be handled by anybody'),
      'exactly-once': excused('as records and committed offsets may go one without the other'),
    },
  },
  'machine-crash': {
    says: 'the machine of a broker goes down: what was written on it a moment before had not reached its disk, and other copies have it or nobody',
    layer: 'broker',
    parameters: {
      broker: which,
      downMs: 'how long it is away',
      lostMs: 'from how long before its end on what was written is gone',
    },
    needs: ['crashMachine'],
    covers: {
      'at-most-once': excused('committed offsets that had not reached the disk make a group read again'),
      'at-least-once': excused(
        'Kafka acknowledges before it flushes: with one copy, or acks=1, what was not flushed is gone',
      ),
      'exactly-once': excused('as records and committed offsets may go one without the other'),
    },
  },
  'broker-partition': {
    says: 'a broker cannot reach the other brokers, or they not it, while clients reach them all: followers fall behind, and the leader goes on with those who are left in sync',
    layer: 'cluster',
    parameters: {
      broker: which,
      way: 'both, out (what it says to others), or in (what others say to it)',
      ms: 'how long',
    },
    needs: ['partitionBrokers'],
    covers: all('what all in-sync replicas have acknowledged is there, whoever can reach whom'),
  },
  'unclean-election': {
    says: 'all brokers in sync are down, and a copy is elected that had been out of sync for a while: what it lacks is gone',
    layer: 'cluster',
    parameters: {
      topic: 'of which topic',
      partition: 'of which partition',
      behind: 'how many records it lacks',
      downMs: 'how long the others are away',
    },
    needs: ['electUnclean', 'killBroker'],
    covers: {
      'at-most-once': excused('a position behind the end of the new log is out of range, and begins again somewhere'),
      'at-least-once': excused('an unclean election loses records that were acknowledged: that is what it is'),
      'exactly-once': excused('as it loses records, and positions with them'),
    },
  },
  'disk-full': {
    says: 'the disk of a broker is full: what it would write is refused (KAFKA_STORAGE_ERROR), and its log directory goes offline until there is room and it was restarted',
    layer: 'broker',
    parameters: { broker: which, ms: 'until there is room again' },
    needs: ['fillDisk'],
    covers: all('what was refused was not stored, and says so; what was stored before is there again afterwards'),
  },
  'stale-metadata': {
    says: 'a broker learns nothing new of the cluster for a while, and tells who asks what was true before',
    layer: 'cluster',
    parameters: { broker: which, ms: 'for how long' },
    needs: ['holdMetadata'],
    covers: all('metadata is a hint: who leads no more says so'),
  },
  'empty-metadata': {
    says: 'brokers answer metadata requests without leaders, or without brokers, as those do that have just started',
    layer: 'response',
    parameters: { broker: `${which}, or all`, lacks: 'leaders, or brokers (and so leaders)', ms: 'for how long' },
    needs: ['holdMetadata'],
    covers: all('a client that finds nobody asks again'),
  },
  'controller-loss': {
    says: 'the controller is gone for a while: no topic changes, no leader is elected, no broker can register',
    layer: 'cluster',
    parameters: { ms: 'for how long' },
    needs: ['loseController'],
    covers: all('what is led goes on, and what is not waits'),
  },
  'coordinator-load': {
    says: 'the coordinator of a group or a transactional id moves, and the new one is busy reading what the old one had stored',
    layer: 'cluster',
    parameters: { of: 'of which group or transactional id', ms: 'how long that takes' },
    needs: ['moveCoordinator', 'slowCoordinator'],
    covers: all('what was committed is there once it has been read'),
  },
  'slow-markers': {
    says: 'what ends a transaction is slow to reach its partitions: it is decided, and neither readers nor the next one can go on',
    layer: 'cluster',
    parameters: {
      of: 'the coordinator of which transactional id',
      delayMs: 'how long each marker takes',
      ms: 'for how long that is so',
    },
    needs: ['slowMarkers'],
    covers: all('what was decided comes true, late: who begins too soon is told to wait (CONCURRENT_TRANSACTIONS)'),
  },
  'cluster-reset': {
    says: 'the whole cluster is made anew: same topic names, empty logs, no committed offsets',
    layer: 'cluster',
    parameters: {},
    needs: ['resetCluster'],
    covers: lossExcused('records that the cluster has thrown away cannot be handled by anybody'),
  },
  'topic-recreate': {
    says: 'a topic is deleted and created again under its name: empty logs, what groups had committed for it is gone',
    layer: 'cluster',
    parameters: { topic: 'which topic', goneMs: 'how long there is none of that name' },
    needs: ['recreateTopic'],
    covers: lossExcused('records that were deleted with their topic cannot be handled by anybody'),
  },
  retention: {
    says: 'the log of a partition is cut off behind, past what somebody has yet to read (retention, kafka-delete-records)',
    layer: 'cluster',
    parameters: { topic: 'which topic', partition: 'which partition', keep: 'how many records are left' },
    needs: ['deleteRecords'],
    covers: lossExcused('records that were deleted before they were read cannot be handled by anybody'),
  },
  'offset-reset': {
    says: 'an operator stops the processes of a group, moves its committed offsets (kafka-consumer-groups --reset-offsets) and starts them again',
    layer: 'cluster',
    parameters: {
      group: 'which group',
      topic: 'in which topic, all partitions',
      to: 'earliest, latest, or an offset',
    },
    needs: ['resetOffsets'],
    covers: {
      'at-most-once': excused('what an operator orders to be read again is handled again'),
      'at-least-once': excused('what an operator orders to be skipped is not handled'),
      'exactly-once': excused('what an operator orders to be read again, or skipped, is handled so'),
    },
  },
}
