/**
 * What the members of a consumer group put into JoinGroup's metadata and SyncGroup's assignment. A broker doesn't look
 * inside; an observer does. Both start with a version of their own. A newer one is read as the newest known, and what
 * follows is left alone: that is the rule of the format. One that ends where version 0 ends is read as that, whatever it
 * says: kafkajs' own documentation has assigners that say version 1 and don't write what it adds.
 */
import { Reader } from './primitives.ts'
import {
  array,
  bytes,
  int32,
  type Message,
  type MessageInput,
  type MessageOf,
  message,
  readMessage,
  string,
  writeMessage,
  written,
} from './schema.ts'

const topicPartitions = { topic: string(), partitions: array(int32()) }

export const consumerProtocolSubscription = message('ConsumerProtocolSubscription', {
  versions: '0-3',
  fields: {
    topics: array(string()),
    userData: bytes({ nullable: true, or: null }),
    ownedPartitions: array(topicPartitions, { in: '1+', ignorable: true }),
    generationId: int32({ in: '2+', or: -1, ignorable: true }),
    rackId: string({ in: '3+', nullable: '3+', or: null, ignorable: true }),
  },
})

export const consumerProtocolAssignment = message('ConsumerProtocolAssignment', {
  versions: '0-3',
  fields: { assignedPartitions: array(topicPartitions), userData: bytes({ nullable: true, or: null }) },
})

export type Subscription = MessageOf<typeof consumerProtocolSubscription>
export type Assignment = MessageOf<typeof consumerProtocolAssignment>
type SubscriptionInput = MessageInput<typeof consumerProtocolSubscription>
type AssignmentInput = MessageInput<typeof consumerProtocolAssignment>

export function encodeSubscription(version: number, value: SubscriptionInput): Uint8Array {
  return encode(consumerProtocolSubscription, version, value)
}

export function decodeSubscription(bytes: Uint8Array): Subscription & { version: number } {
  return decode(consumerProtocolSubscription, bytes)
}

export function encodeAssignment(version: number, value: AssignmentInput): Uint8Array {
  return encode(consumerProtocolAssignment, version, value)
}

/** No bytes at all, which is what a member gets that owns nothing, is an empty assignment. */
export function decodeAssignment(bytes: Uint8Array): Assignment & { version: number } {
  if (bytes.length === 0) return { version: 0, assignedPartitions: [], userData: null }
  return decode(consumerProtocolAssignment, bytes)
}

function encode<M extends Message>(message: M, version: number, value: MessageInput<M>): Uint8Array {
  return written((writer) => {
    writer.int16(version, `${message.name}: version`)
    writeMessage(writer, message, version, value)
  })
}

function decode<M extends Message>(message: M, bytes: Uint8Array): MessageOf<M> & { version: number } {
  const reader = new Reader(bytes)
  const version = reader.int16(`${message.name}: version`)
  if (version < 0) reader.fail(message.name, `a negative version, ${version}`)
  const start = reader.position
  const oldest = readMessage(reader, message, 0)
  if (version === 0 || reader.remaining === 0) return { version, ...oldest }
  reader.position = start
  return { version, ...readMessage(reader, message, Math.min(version, message.versions.max)) }
}
