import { trial } from 'ackward'

trial('every payment is booked at least once, whatever is killed', {
  topics: { payments: { partitions: 2 } },
  processes: { payments: { instances: 2, entry: new URL('./payments-fixed.process.ts', import.meta.url) } },
  workload: {
    topic: 'payments',
    count: 8,
    value: (i) => ({ id: `p${i}`, cents: 100 * i }),
    id: (payment) => payment.id,
  },
  faults: ['crash', 'rebalance'],
  promises: 'at-least-once',
})
