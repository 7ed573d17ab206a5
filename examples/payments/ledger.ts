/** The ledger of the payments service: another service, over HTTP. */

export interface Payment {
  readonly id: string
  readonly cents: number
}

export const ledger = {
  async book(payment: Payment): Promise<void> {
    const answer = await fetch(`${process.env.LEDGER_URL}/payments`, { method: 'POST', body: JSON.stringify(payment) })
    if (!answer.ok) throw new Error(`the ledger answered ${answer.status}`)
  },
}
