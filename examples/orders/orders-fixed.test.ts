import { trial } from 'ackward'

trial('every order is booked at least once, whatever is killed', {
  topics: { orders: { partitions: 3 } },
  processes: { consumer: { instances: 2, entry: new URL('./orders-fixed.process.ts', import.meta.url) } },
  workload: {
    topic: 'orders',
    count: 10,
    value: (i) => ({ id: `o${i}`, amount: 10 * i }),
    id: (order) => order.id,
  },
  faults: ['crash', 'lost-ack', 'rebalance', 'broker-restart'],
  promises: 'at-least-once',
})
