/**
 * What a partition of `__transaction_state` says when it is read from its start: what a new coordinator begins with, and what the
 * invariants compare a running one with (TransactionStateManager.loadTransactionMetadata).
 */
import type { InternalRecord } from '../internal-log.ts'
import { decodeTransactionKey, decodeTransactionValue } from './records.ts'
import type { Stored } from './state.ts'

export function replayTransactions(log: Iterable<InternalRecord>): Map<string, Stored> {
  const found = new Map<string, Stored>()
  for (const record of log) {
    if ('endOf' in record) continue
    const transactionalId = decodeTransactionKey(record.key)
    if (transactionalId === null) continue
    if (record.value === null) found.delete(transactionalId)
    else found.set(transactionalId, decodeTransactionValue(transactionalId, record.value))
  }
  return found
}
