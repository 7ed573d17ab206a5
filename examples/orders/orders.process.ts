import type { Context } from 'ackward'
import { type Order, startOrdersConsumer } from './orders-consumer.js'

/** What runs inside a simulated process. `effects` stands for the team's database. */
export default ({ kafka, effects }: Context) =>
  startOrdersConsumer(kafka, (order: Order) => effects.apply(order.id, order))
