import { api, array, int8, int16, int32, int64, records, string, struct, uuid } from '../schema.ts'

// From version 4 the records are batches of format 2 as stored; below, a broker converts them down.
// Version 10 allows zstd (UNSUPPORTED_COMPRESSION_TYPE below). With a session (version 7), errors of the session itself
// are top-level: FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH.
export const fetch = api('Fetch', {
  key: 1,
  versions: '0-18',
  flexible: '12+',
  request: {
    clusterId: string({ in: '12+', tag: 0, nullable: '12+', or: null, ignorable: true }),
    // -1 for a consumer.
    replicaId: int32({ in: '0-14', or: -1 }),
    replicaState: struct({ replicaId: int32({ or: -1 }), replicaEpoch: int64({ or: -1n }) }, { in: '15+', tag: 1 }),
    maxWaitMs: int32(),
    minBytes: int32(),
    maxBytes: int32({ in: '3+', or: 0x7fffffff, ignorable: true }),
    // 0 read_uncommitted, 1 read_committed.
    isolationLevel: int8({ in: '4+', or: 0, ignorable: true }),
    sessionId: int32({ in: '7+', or: 0, ignorable: true }),
    sessionEpoch: int32({ in: '7+', or: -1, ignorable: true }),
    topics: array({
      topic: string({ in: '0-12', ignorable: true }),
      topicId: uuid({ in: '13+', ignorable: true }),
      partitions: array({
        partition: int32(),
        currentLeaderEpoch: int32({ in: '9+', or: -1, ignorable: true }),
        fetchOffset: int64(),
        lastFetchedEpoch: int32({ in: '12+', or: -1 }),
        // Of the follower; -1 for a consumer.
        logStartOffset: int64({ in: '5+', or: -1n, ignorable: true }),
        partitionMaxBytes: int32(),
        replicaDirectoryId: uuid({ in: '17+', tag: 0, ignorable: true }),
        // What the follower knows already; the largest int64 for a consumer.
        highWatermark: int64({ in: '18+', tag: 1, or: 0x7fff_ffff_ffff_ffffn, ignorable: true }),
      }),
    }),
    forgottenTopicsData: array(
      {
        topic: string({ in: '7-12', ignorable: true }),
        topicId: uuid({ in: '13+', ignorable: true }),
        partitions: array(int32()),
      },
      { in: '7+' },
    ),
    rackId: string({ in: '11+', or: '', ignorable: true }),
  },
  response: {
    throttleTimeMs: int32({ in: '1+', ignorable: true }),
    errorCode: int16({ in: '7+', ignorable: true }),
    sessionId: int32({ in: '7+', or: 0 }),
    responses: array({
      topic: string({ in: '0-12', ignorable: true }),
      topicId: uuid({ in: '13+', ignorable: true }),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        highWatermark: int64(),
        lastStableOffset: int64({ in: '4+', or: -1n, ignorable: true }),
        logStartOffset: int64({ in: '5+', or: -1n, ignorable: true }),
        // Set when the log of a follower has diverged (lastFetchedEpoch): truncate to here.
        divergingEpoch: struct({ epoch: int32({ or: -1 }), endOffset: int64({ or: -1n }) }, { in: '12+', tag: 0 }),
        currentLeader: struct({ leaderId: int32({ or: -1 }), leaderEpoch: int32({ or: -1 }) }, { in: '12+', tag: 1 }),
        snapshotId: struct({ endOffset: int64({ or: -1n }), epoch: int32({ or: -1 }) }, { in: '12+', tag: 2 }),
        // Only for read_committed (null otherwise), in the order of the abort markers.
        abortedTransactions: array(
          { producerId: int64(), firstOffset: int64() },
          { in: '4+', nullable: '4+', ignorable: true },
        ),
        preferredReadReplica: int32({ in: '11+', or: -1 }),
        records: records({ nullable: true }),
      }),
    }),
    nodeEndpoints: array(
      { nodeId: int32(), host: string(), port: int32(), rack: string({ nullable: true, or: null }) },
      { in: '16+', tag: 0 },
    ),
  },
})
