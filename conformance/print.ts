/** A difference, told: the steps that lead to it and what both sides said. */
import type { Played } from './both.ts'
import type { Outcome } from './play.ts'
import { isMove, isOutage, isRef, isSleep, type Seat, type Sequence, type Template } from './sequence.ts'

export function told(sequence: Sequence, { real, model, difference }: Played): string {
  const lines = sequence.map((step, nth) => {
    if (isSleep(step)) return `${nth}. nothing for ${step.sleepMs} ms`
    if (isMove(step)) return `${nth}. ${seatOf(step.move)} moves on by ${step.by}`
    if (isOutage(step))
      return `${nth}. ${step.outage === 'kill' ? `${seatOf(step.of)} is killed` : 'who was killed is back'}`
    const { connection, to, api, version, body, as } = step
    const at = to === undefined ? '' : ` to ${seatOf(to)}`
    const name = as === undefined ? '' : ` as ${as}`
    return `${nth}. connection ${connection}${at}: ${api} v${version} ${shortly(body)}${name}`
  })
  if (difference === undefined) return lines.join('\n')
  const { step, path, expected, actual } = difference
  const at = (exchanges: typeof real.exchanges): Outcome | undefined =>
    exchanges.find((one) => one.step === step)?.outcome
  return [
    ...lines,
    `differs at step ${step}${path === '' ? '' : `, ${path}`}: Apache Kafka ${expected}, the model ${actual}`,
    `  Kafka: ${plainly(at(real.exchanges))}`,
    `  model: ${plainly(at(model.exchanges))}`,
  ].join('\n')
}

function seatOf(seat: Seat): string {
  if ('broker' in seat) return `broker ${seat.broker}`
  return 'leaderOf' in seat ? `the leader of ${seat.leaderOf}/${seat.partition}` : `the leader of ${seat.coordinates}`
}

function shortly(template: Template): string {
  if (template instanceof Uint8Array) return `'${Buffer.from(template).toString('latin1')}'`
  if (Array.isArray(template)) return `[${template.map((one) => shortly(one as Template)).join(', ')}]`
  if (typeof template !== 'object' || template === null)
    return typeof template === 'bigint' ? `${template}` : JSON.stringify(template)
  if (isRef(template)) {
    if (template.$ === 'time') return `<now ${template.plus}>`
    const { $, of, ...rest } = template
    const more = Object.entries(rest).map(([name, value]) => ` ${name}=${value}`)
    return $ === 'name' ? of : `<${$} of ${of || 'nobody'}${more.join('')}>`
  }
  return `{${Object.entries(template)
    .map(([name, value]) => `${name}: ${shortly(value)}`)
    .join(', ')}}`
}

function plainly(outcome: Outcome | undefined): string {
  if (outcome === undefined || outcome.is !== 'answer') return outcome?.is ?? ''
  return JSON.stringify(outcome.body, (_, value) => {
    if (typeof value === 'bigint') return `${value}n`
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
  })
}
