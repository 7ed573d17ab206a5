import type { Failure } from '../harness/history/op.ts'
import { type ErrorName, errorNames, isRetriable } from '../harness/wire/error-codes.ts'
import { evidence } from './evidence.ts'
import type { Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'

/**
 * A consumer survives what passes: a fault of the network, a coordinator that moves or loads, a rebalance. kafkajs tells of a crash either
 * way; what it must not do is stay down after one. Where the error is its own NumberOfRetriesExceeded it asks `restartOnFailure`, and a
 * consumer that stays down then does so by the application's word.
 * Smallest violation: a consumer crashes with REBALANCE_IN_PROGRESS, and `restart` is false.
 */
export const crashContract: Property = {
  name: 'crash-contract',
  party: 'client',
  says: 'an error that passes does not end a consumer for good',
  cannotSee:
    'which error kafkajs hides behind another one; a consumer that stays up and does nothing: see progress-after-heal',
  clauses: [
    {
      name: 'retriable-restarts',
      says: 'an error that passes does not end a consumer for good',
      explains: [],
      advice:
        'Listen to consumer.events.CRASH, and where payload.restart is false end the process, so that its supervisor starts a new one: kafkajs takes connection errors within FindCoordinator, and errors of commitOffsets() thrown through eachMessage, for final.',
    },
  ],
  applies: () => true,
  judge(views) {
    const faults: Fault[] = []
    for (const op of views.byWhat.of('crashed')) {
      const { restart, error, group } = op.body
      if (restart || !passes(error)) continue
      const byChoice = error.name === 'KafkaJSNumberOfRetriesExceeded'
      const how = byChoice ? 'restartOnFailure said no' : 'kafkajs took it for final'
      const says = `the consumer of ${op.process} in group ${group} ended with ${error.code || error.name}, which passes: ${how}`
      faults.push({
        party: byChoice ? 'application' : 'client',
        evidence: evidence(says, [], [op.index]),
      })
    }
    return violatedBy(faults)
  },
}

/** Kafka's errors that ask for another attempt, or to join again, under the names that kafkajs has for some of them. */
const passing: ReadonlySet<string> = new Set<string>([
  ...errorNames.filter((name: ErrorName) => isRetriable(name)),
  ...['NOT_LEADER_FOR_PARTITION', 'GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE'],
  ...['NOT_COORDINATOR_FOR_GROUP', 'REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'],
  ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'],
])

/** kafkajs' own errors that stand for one of these and have no code. */
const passingNames: ReadonlySet<string> = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSLockTimeout',
  'KafkaJSNumberOfRetriesExceeded',
])

function passes({ name, code }: Failure): boolean {
  return code === '' || code === name ? passingNames.has(name) : passing.has(code)
}
