/** The scenarios that come with ackward. */
import { acksAllProducer } from './acks-all-producer.ts'
import { acksOneProducer } from './acks-one-producer.ts'
import { autoCommit } from './auto-commit.ts'
import { autoCommitUnawaited } from './auto-commit-unawaited.ts'
import { checkedPosition } from './checked-position.ts'
import { commitAfter } from './commit-after.ts'
import { commitBefore } from './commit-before.ts'
import { crowdedGroup } from './crowded-group.ts'
import { failoverGroup } from './failover-group.ts'
import { failoverRelay } from './failover-relay.ts'
import { fireAndForgetProducer } from './fire-and-forget-producer.ts'
import { freshGroupFromEnd } from './fresh-group-from-end.ts'
import { freshGroupFromStart } from './fresh-group-from-start.ts'
import { fromTheEnd } from './from-the-end.ts'
import { idempotentProducer } from './idempotent-producer.ts'
import { importFromStart } from './import-from-start.ts'
import { importPositionAfter } from './import-position-after.ts'
import { importPositionBefore } from './import-position-before.ts'
import { newTopicProducer } from './new-topic-producer.ts'
import { policyNone } from './policy-none.ts'
import { relay } from './relay.ts'
import { relayAndReader } from './relay-and-reader.ts'
import { relayInstanceId } from './relay-instance-id.ts'
import { relayRandomId } from './relay-random-id.ts'
import { relaySideEffect } from './relay-side-effect.ts'
import { relayTransactional } from './relay-transactional.ts'
import { resendingProducer } from './resending-producer.ts'
import { retryingProducer } from './retrying-producer.ts'
import type { Scenario } from './scenario.ts'
import { sparseGroup } from './sparse-group.ts'
import { storedPosition } from './stored-position.ts'
import { storedPositionApart } from './stored-position-apart.ts'
import { storedPositionUnread } from './stored-position-unread.ts'
import { trustedPosition } from './trusted-position.ts'
import { twoImporters } from './two-importers.ts'
import { uncleanProducer } from './unclean-producer.ts'
import { uncleanReader } from './unclean-reader.ts'

export const scenarios: readonly Scenario[] = [
  commitBefore,
  commitAfter,
  autoCommit,
  autoCommitUnawaited,
  storedPosition,
  storedPositionApart,
  storedPositionUnread,
  trustedPosition,
  checkedPosition,
  freshGroupFromStart,
  freshGroupFromEnd,
  fromTheEnd,
  policyNone,
  crowdedGroup,
  sparseGroup,
  uncleanReader,
  relay,
  relayInstanceId,
  relayRandomId,
  relaySideEffect,
  relayTransactional,
  relayAndReader,
  failoverGroup,
  failoverRelay,
  retryingProducer,
  idempotentProducer,
  fireAndForgetProducer,
  acksOneProducer,
  acksAllProducer,
  uncleanProducer,
  newTopicProducer,
  resendingProducer,
  importFromStart,
  importPositionBefore,
  importPositionAfter,
  twoImporters,
]

export function scenarioNamed(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name)
}
