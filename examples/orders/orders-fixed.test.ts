import { trial } from 'ackward'

const workload = {
  topic: 'orders',
  count: 10,
  value: (i: number) => ({ id: `o${i}`, amount: 10 * i }),
  id: (order: { id: string }) => order.id,
}

trial('every order is booked at least once, whatever is killed', {
  topics: { orders: { partitions: 3 } },
  processes: { consumer: { instances: 2, entry: new URL('./orders-fixed.process.ts', import.meta.url) } },
  workload,
  faults: ['crash', 'lost-ack', 'rebalance', 'broker-restart'],
  promises: 'at-least-once',
})
