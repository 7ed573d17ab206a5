/**
 * For tests: the other end of a fake port's connections, a broker in its oldest versions that says yes to everything. Enough for
 * kafkajs to run a producer and a group of one; nothing is stored.
 */
import type { Connection, FakePort } from '../../virtual/testing/fake-port.ts'

const TOPIC = 'orders'
const HOST = 'b'
const PORT = 9092

type Field = string | number[] | bigint | Buffer | { int16: number } | { int32: number }

const int16 = (value: number): Field => ({ int16: value })
const int32 = (value: number): Field => ({ int32: value })

function bytes(...fields: Field[]): Buffer {
  return Buffer.concat(fields.map(encode))
}

function encode(field: Field): Buffer {
  if (Buffer.isBuffer(field)) return field
  if (typeof field === 'string') return bytes(int16(field.length), Buffer.from(field))
  if (Array.isArray(field)) return bytes(int32(field.length), ...field.map(int32))
  const out = Buffer.alloc(typeof field === 'bigint' ? 8 : 'int16' in field ? 2 : 4)
  if (typeof field === 'bigint') out.writeBigInt64BE(field)
  else if ('int16' in field) out.writeInt16BE(field.int16)
  else out.writeInt32BE(field.int32)
  return out
}

const sized = (content: Buffer): Buffer => bytes(int32(content.length), content)
const one = (...fields: Field[]): Buffer => bytes(int32(1), ...fields)

const ASSIGNMENT = bytes(int16(0), one(TOPIC, [0]), int32(0))

/** Answers by API key, in the version named beside it. */
const ANSWERS: Record<number, [max: number, answer: () => Buffer]> = {
  0: [3, () => bytes(one(TOPIC, one(int32(0), int16(0), 5n, -1n)), int32(0))], // Produce
  1: [0, () => one(TOPIC, one(int32(0), int16(0), 5n, sized(Buffer.alloc(0))))], // Fetch
  2: [0, () => one(TOPIC, bytes(int32(1), int32(0), int16(0), int32(1), 0n))], // ListOffsets
  3: [
    1,
    () =>
      bytes(
        one(int32(0), HOST, int32(PORT), ''),
        int32(0),
        one(int16(0), TOPIC, Buffer.of(0), one(int16(0), int32(0), int32(0), [0], [0])),
      ),
  ], // Metadata
  8: [0, () => one(TOPIC, one(int32(0), int16(0)))], // OffsetCommit
  9: [1, () => one(TOPIC, one(int32(0), 0n, '', int16(0)))], // OffsetFetch
  10: [0, () => bytes(int16(0), int32(0), HOST, int32(PORT))], // FindCoordinator
  11: [
    0,
    () =>
      bytes(int16(0), int32(1), 'RoundRobinAssigner', 'm', 'm', one('m', sized(bytes(int16(0), one(TOPIC), int32(0))))),
  ], // JoinGroup
  12: [0, () => bytes(int16(0))], // Heartbeat
  13: [0, () => bytes(int16(0))], // LeaveGroup
  14: [0, () => bytes(int16(0), sized(ASSIGNMENT))], // SyncGroup
  18: [0, versions], // ApiVersions
  22: [0, () => bytes(int32(0), int16(0), 7n, int16(0))], // InitProducerId
}

function versions(): Buffer {
  const known = Object.entries(ANSWERS).map(([key, [max]]) => bytes(int16(Number(key)), int16(0), int16(max)))
  return bytes(int16(0), int32(known.length), ...known)
}

/** Runs the process until then, answering each request a millisecond after it was sent. */
export async function serve(port: FakePort, untilMs: number): Promise<void> {
  const done = new Map<Connection, number>()
  for (; port.clockMs < untilMs; await port.run(port.clockMs + 1)) {
    for (const connection of port.connections) {
      if (!done.has(connection))
        await port.event(() => connection.to.connect({ host: 'c', port: 1 }, { host: HOST, port: PORT }))
      const from = done.get(connection) ?? 0
      done.set(connection, connection.sent.length)
      for (const request of connection.sent.slice(from)) {
        const [, answer] = ANSWERS[request.readInt16BE(4)]!
        // ApiVersions in a version that is not known is answered in the oldest, with error 35.
        const content =
          request.readInt16BE(4) === 18 && request.readInt16BE(6) > 0 ? bytes(int16(35), int32(0)) : answer()
        await port.event(() => connection.to.data(sized(Buffer.concat([request.subarray(8, 12), content]))))
      }
    }
  }
}
