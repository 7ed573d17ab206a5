/** One fault made easier to understand: a simpler kind at the same moment, or less of the same. Each candidate costs a run. */
import fc from 'fast-check'
import type { Fault } from '../../harness/plan/plan.ts'

/** Kinds of faults by how much there is to understand; each stands for one that does the same to more of the world. */
const SIMPLICITY: readonly Fault['kind'][] = [
  'crash',
  'lost-ack',
  'lost-request',
  'cut-answer',
  'error-answer',
  'pause',
  'stop',
  'leader-move',
  'broker-restart',
  'second-instance',
  'slow-link',
  'black-hole',
  'coordinator-load',
  'slow-markers',
  'empty-metadata',
  'stale-metadata',
  'disk-full',
  'controller-loss',
  'machine-crash',
  'broker-partition',
  'unclean-election',
  'retention',
  'topic-recreate',
  'broker-wipe',
  'offset-reset',
  'cluster-reset',
]

/** The same moment, a simpler fault. */
function* simpler(fault: Fault): Generator<Fault> {
  const { kind, at } = fault
  const rank = SIMPLICITY.indexOf(kind)
  const isSimpler = (than: Fault['kind']): boolean => rank > SIMPLICITY.indexOf(than)
  if (isSimpler('crash')) yield { at, kind: 'crash' }
  const isRequest = 'api' in at.call
  if (isSimpler('lost-ack') && isRequest && at.point === 'applied') yield { at, kind: 'lost-ack', how: 'fin' }
  if (isSimpler('lost-request') && isRequest && at.point === 'before') yield { at, kind: 'lost-request', how: 'fin' }
  switch (fault.kind) {
    case 'black-hole':
      yield { at, kind: 'slow-link', latencyMs: fault.ms, ms: fault.ms }
      return
    case 'coordinator-load':
      yield { at, kind: 'leader-move', of: fault.of }
      return
    case 'disk-full':
      yield { at, kind: 'broker-restart', broker: fault.broker, downMs: fault.ms }
      return
    case 'broker-wipe':
    case 'machine-crash':
      yield { at, kind: 'broker-restart', broker: fault.broker, downMs: fault.downMs }
  }
}

export function* milder(fault: Fault): Generator<Fault> {
  yield* simpler(fault)
  switch (fault.kind) {
    case 'pause':
      if (fault.until !== undefined) yield { at: fault.at, kind: 'pause', ms: fault.ms }
      for (const ms of down(fault.ms, 1)) yield { ...fault, ms }
      return
    case 'second-instance':
      for (const afterMs of down(fault.afterMs, 0)) yield { ...fault, afterMs }
      return
    case 'broker-restart':
      for (const downMs of down(fault.downMs, 1)) yield { ...fault, downMs }
      return
    case 'broker-wipe':
      if (fault.keeps === 'nothing') yield { ...fault, keeps: 'offsets' }
      for (const downMs of down(fault.downMs, 1)) yield { ...fault, downMs }
      return
    case 'machine-crash':
      for (const lostMs of down(fault.lostMs, 1)) yield { ...fault, lostMs }
      for (const downMs of down(fault.downMs, 1)) yield { ...fault, downMs }
      return
    case 'unclean-election':
      for (const behind of down(fault.behind, 1)) yield { ...fault, behind }
      for (const downMs of down(fault.downMs, 1)) yield { ...fault, downMs }
      return
    case 'broker-partition':
    case 'black-hole':
      if (fault.way !== 'both') yield { ...fault, way: 'both' }
      for (const ms of down(fault.ms, 1)) yield { ...fault, ms }
      return
    case 'slow-link':
    case 'disk-full':
    case 'stale-metadata':
    case 'empty-metadata':
    case 'controller-loss':
    case 'coordinator-load':
      for (const ms of down(fault.ms, 1)) yield { ...fault, ms }
      return
    case 'slow-markers':
      for (const delayMs of down(fault.delayMs, 1)) yield { ...fault, delayMs }
      for (const ms of down(fault.ms, 1)) yield { ...fault, ms }
      return
    case 'topic-recreate':
      for (const goneMs of down(fault.goneMs, 0)) yield { ...fault, goneMs }
      return
    case 'retention':
      for (const keep of down(fault.keep, 0)) yield { ...fault, keep }
      return
    case 'offset-reset':
      if (typeof fault.to !== 'string') yield { ...fault, to: 'earliest' }
      return
    case 'cut-answer':
      if (fault.how !== 'fin') yield { ...fault, how: 'fin' }
      for (const bytes of down(fault.bytes, 1)) yield { ...fault, bytes }
      return
    case 'lost-ack':
      if (fault.how !== 'fin') yield { at: fault.at, kind: 'lost-ack', how: 'fin' }
      return
    case 'lost-request':
      if (fault.how !== 'fin') yield { ...fault, how: 'fin' }
  }
}

/** Smaller whole numbers, the smallest first; a handful, as each costs a run. */
export function* down(value: number, least: number): Generator<number> {
  if (value <= least) return
  let count = 0
  for (const { value: smallerOne } of fc.integer({ min: least, max: value }).shrink(value, undefined)) {
    yield smallerOne
    if (++count === 4) return
  }
}
