import { evidence } from './evidence.ts'
import type { Property } from './property.ts'
import { type Fault, violatedBy } from './verdicts.ts'
import type { OpOf } from './views/by-what.ts'
import type { Views } from './views.ts'

/**
 * Once `stop()` or `disconnect()` of a consumer has resolved, nothing is handed out until it is told to run again.
 * Smallest violation: disconnect of consumer-1 resolves, and m1 is handed to its handler.
 */
export const nothingAfterStop: Property = {
  name: 'nothing-after-stop',
  party: 'client',
  says: 'nothing is handed out after stop() or disconnect() resolved',
  cannotSee: 'several consumers of one group in one process; what was in hand when it was told to stop and goes on',
  clauses: [
    {
      name: 'nothing-after-stop',
      says: 'nothing is handed out after stop() or disconnect() resolved',
      explains: ['repeated'],
      advice:
        'Wait for the first GROUP_JOIN before you stop or disconnect a consumer: while run() is still joining, kafkajs takes it for not running, and it goes on to join, handle and commit. Or keep a flag of your own, and throw in eachMessage once it is set.',
    },
  ],
  applies: () => true,
  judge(views) {
    const stops = [...views.byWhat.of('stop'), ...views.byWhat.of('disconnect')].filter(
      ({ phase, body }) => phase === 'ok' && body.client.startsWith('consumer-'),
    )
    const faults: Fault[] = []
    if (stops.length > 0) for (const op of views.handlings.all) look(views, stops, op, faults)
    return violatedBy(faults)
  },
}

function look(
  views: Views,
  stops: readonly (OpOf<'stop'> | OpOf<'disconnect'>)[],
  op: OpOf<'handler'>,
  faults: Fault[],
): void {
  const number = views.consumers.of(op)?.number
  if (number === undefined) return
  const isOwn = (one: OpOf<'stop'> | OpOf<'run'>) =>
    one.process === op.process &&
    one.incarnation === op.incarnation &&
    one.body.client === `consumer-${number}` &&
    one.index < op.index
  const stop = stops.findLast(isOwn)
  if (stop === undefined || views.byWhat.invoked('run').some((run) => isOwn(run) && run.index > stop.index)) return
  const messages = op.body.records.map(({ message }) => message)
  const says = `${op.process} was handed ${messages.join(', ') || 'a record'}, after ${stop.body.what}() had resolved`
  faults.push({ party: 'client', evidence: evidence(says, messages, [stop.index, op.index]) })
}
