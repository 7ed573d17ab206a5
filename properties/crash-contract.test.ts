import { describe, expect, it } from 'vitest'
import { crashContract as property } from './crash-contract.ts'
import { Story } from './testing/history-builder.ts'

const judge = (name: string, code = '', restart = false) => {
  const s = new Story()
  s.crashes('c', 'g', name, code, restart)
  return s.verdict(property)
}

describe('crash-contract', () => {
  it.each([
    ['KafkaJSNonRetriableError', 'REBALANCE_IN_PROGRESS'],
    ['KafkaJSConnectionError', 'ECONNRESET'],
    ['KafkaJSProtocolError', 'NOT_COORDINATOR_FOR_GROUP'],
    ['KafkaJSGroupCoordinatorNotFound', ''],
  ])('is violated by a consumer that stays down after %s %s', (name, code) => {
    expect(judge(name, code)).toMatchObject({
      is: 'violated',
      party: 'client',
      evidence: [
        { says: `the consumer of c in group g ended with ${code || name}, which passes: kafkajs took it for final` },
      ],
    })
  })

  it('holds where it restarts', () => {
    expect(judge('KafkaJSConnectionError', 'ECONNRESET', true)).toEqual({ is: 'holds' })
  })

  it('holds for an error that does not pass, and for one of the application', () => {
    expect(judge('KafkaJSProtocolError', 'TOPIC_AUTHORIZATION_FAILED')).toEqual({ is: 'holds' })
    expect(judge('TypeError')).toEqual({ is: 'holds' })
  })

  it('is the application’s doing where kafkajs would have restarted it', () => {
    expect(judge('KafkaJSNumberOfRetriesExceeded', 'ECONNREFUSED')).toMatchObject({
      is: 'violated',
      party: 'application',
    })
  })
})
