/**
 * A broker learns of topics some time after the controller has answered. How long that takes is nobody's promise, so what is compared begins
 * when it has: asked through a connection of its own until it says so.
 */
import type { WireClient } from '../../harness/real/wire-client.ts'
import { apis } from '../../harness/wire/apis/index.ts'
import { errorCodes } from '../../harness/wire/error-codes.ts'

const WAIT_MS = 10_000
const PAUSE_MS = 5

const missing: ReadonlySet<number> = new Set([
  errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
  errorCodes.NOT_LEADER_OR_FOLLOWER,
  errorCodes.LEADER_NOT_AVAILABLE,
])

/** Until it serves so many partitions of this topic; 0: until it knows it no more. */
export async function caughtUp(client: WireClient, topic: string, partitions: number): Promise<void> {
  const index = Math.max(0, partitions - 1)
  const body = { replicaId: -1, topics: [{ name: topic, partitions: [{ partitionIndex: index, timestamp: -1n }] }] }
  const untilMs = performance.now() + WAIT_MS
  while (performance.now() < untilMs) {
    const answer = await client.ask(apis.listOffsets, 1, body)
    const isMissing = missing.has(answer.topics[0]!.partitions[0]!.errorCode)
    const { topics } = await client.ask(apis.metadata, 9, { topics: [{ name: topic }], allowAutoTopicCreation: false })
    const isKnown = topics[0]!.errorCode === 0 && topics[0]!.partitions.length >= partitions
    if (partitions === 0 ? isMissing && topics[0]!.errorCode !== 0 : !isMissing && isKnown) return
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}
