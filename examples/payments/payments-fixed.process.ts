/** What runs inside a simulated process: the service as it is, with the database of the simulation in place of its ledger. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from 'ackward'
import { ledger } from './ledger.js'

export default async ({ effects }: Context) => {
  ledger.book = async (payment) => {
    await sleep(50)
    await effects.apply(payment.id, payment)
  }
  await import('./main-fixed.js')
}
