/**
 * What the coordinator writes into `__consumer_offsets`, in Kafka's own formats
 * (`group-coordinator/src/main/resources/common/message`): OffsetCommitKey and -Value, GroupMetadataKey and -Value.
 * Keys of version 0 and 1 are offsets, of version 2 groups, higher ones belong to KIP-848 and are left alone.
 */
import { Reader } from '../../wire/primitives.ts'
import {
  array,
  bytes,
  int32,
  int64,
  type Message,
  type MessageInput,
  type MessageOf,
  message,
  readMessage,
  string,
  writeMessage,
  written,
} from '../../wire/schema.ts'

const offsetKey = message('OffsetCommitKey', {
  versions: '0-1',
  fields: { group: string(), topic: string(), partition: int32() },
})

const offsetValue = message('OffsetCommitValue', {
  versions: '0-4',
  flexible: '4+',
  fields: {
    offset: int64(),
    leaderEpoch: int32({ in: '3+', or: -1, ignorable: true }),
    metadata: string(),
    commitTimestamp: int64(),
    expireTimestamp: int64({ in: '1', or: -1n, ignorable: true }),
  },
})

const groupKey = message('GroupMetadataKey', { versions: '2', fields: { group: string() } })

const groupValue = message('GroupMetadataValue', {
  versions: '0-4',
  flexible: '4+',
  fields: {
    protocolType: string(),
    generation: int32(),
    protocol: string({ nullable: true }),
    leader: string({ nullable: true }),
    currentStateTimestamp: int64({ in: '2+', or: -1n, ignorable: true }),
    members: array({
      memberId: string(),
      groupInstanceId: string({ in: '3+', nullable: '3+', or: null, ignorable: true }),
      clientId: string(),
      clientHost: string(),
      rebalanceTimeout: int32({ in: '1+', or: -1, ignorable: true }),
      sessionTimeout: int32(),
      subscription: bytes(),
      assignment: bytes(),
    }),
  },
})

export type OffsetValue = MessageOf<typeof offsetValue>
export type GroupValue = MessageOf<typeof groupValue> & { readonly version: number }

/** A null value is a tombstone. */
export type GroupRecord =
  | {
      readonly is: 'offset'
      readonly group: string
      readonly topic: string
      readonly partition: number
      readonly value: OffsetValue | null
    }
  | { readonly is: 'group'; readonly group: string; readonly value: GroupValue | null }
  | { readonly is: 'other'; readonly version: number }

export function encodeOffsetKey(group: string, topic: string, partition: number): Uint8Array {
  return versioned(offsetKey, 1, { group, topic, partition })
}

/** Version 3, but 1 where the client set a retention of its own (OffsetCommit 2 to 4), which later versions can't say. */
export function encodeOffsetValue(value: MessageInput<typeof offsetValue>): Uint8Array {
  return versioned(offsetValue, (value.expireTimestamp ?? -1n) === -1n ? 3 : 1, value)
}

export function encodeGroupKey(group: string): Uint8Array {
  return versioned(groupKey, 2, { group })
}

export function encodeGroupValue(value: MessageInput<typeof groupValue>): Uint8Array {
  return versioned(groupValue, 3, value)
}

export function decodeGroupRecord(key: Uint8Array, value: Uint8Array | null): GroupRecord {
  const reader = new Reader(key)
  const version = reader.int16('the key of a record in __consumer_offsets')
  if (version <= 1) {
    const { group, topic, partition } = readMessage(reader, offsetKey, version)
    return { is: 'offset', group, topic, partition, value: value && readVersioned(offsetValue, value) }
  }
  if (version > 2) return { is: 'other', version }
  const { group } = readMessage(reader, groupKey, version)
  return { is: 'group', group, value: value && readVersioned(groupValue, value) }
}

function versioned<M extends Message>(message: M, version: number, value: MessageInput<M>): Uint8Array {
  return written((writer) => {
    writer.int16(version, message.name)
    writeMessage(writer, message, version, value)
  })
}

function readVersioned<M extends Message>(message: M, bytes: Uint8Array): MessageOf<M> & { version: number } {
  const reader = new Reader(bytes)
  const version = reader.int16(message.name)
  return { ...readMessage(reader, message, version), version }
}
