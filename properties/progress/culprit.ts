/**
 * Who stands still? A guess, and kept modest: of the processes whose turn it was (else of all), the first that
 *
 * - hangs in a loop: whose loop it is;
 * - lives, and whose client crashed without starting again, or has a call of the application open: the client;
 * - lives, and whose handler or effect is open: the application;
 * - lives, and has nothing open though there is work: the client, whose business it is to fetch; or the application, when it has asked
 *   its client for nothing;
 * - is dead because the policy of the plan had no restart left after it was killed: the configuration;
 * - is dead because it exited or crashed by itself: the application.
 *
 * A process that lives comes before one that is dead: the living could have taken over.
 */
import type { Op } from '../../harness/history/op.ts'
import { ownerOf } from '../never-spins.ts'
import type { Party, Trial } from '../property.ts'
import { type Life, livedAt } from '../views/lives.ts'
import type { Views } from '../views.ts'

export interface Culprit {
  readonly party: Party
  readonly why: string
  readonly ops: readonly number[]
}

export function culprit(views: Views, trial: Trial, processes: readonly string[], upTo: number): Culprit {
  const names = processes.length > 0 ? processes : trial.plan.processes.map(({ name }) => name)
  const lives = names.map((name) => views.lives.at(name, upTo)).filter((life) => life !== undefined)
  const living = lives.filter((life) => livedAt(life, upTo))
  const stuck = living.map((life) => holdUp(views, life, upTo)).find((one) => one !== undefined)
  if (stuck !== undefined) return stuck
  const asking = living.find((life) => opsOf(views, life, upTo).some(({ at }) => at === 'client'))
  if (asking !== undefined) {
    const { process, started } = asking
    return { party: 'client', why: `${process} runs and has nothing in hand`, ops: [started.index] }
  }
  if (living[0] !== undefined) {
    const { process, started } = living[0]
    return { party: 'application', why: `${process} runs, and has asked its client for nothing`, ops: [started.index] }
  }
  const dead = lives[0]
  return dead === undefined ? { party: 'application', why: 'nobody had started', ops: [] } : causeOfDeath(dead)
}

/** What a living process waits for. */
function holdUp(views: Views, life: Life, upTo: number): Culprit | undefined {
  const { process } = life
  const own = opsOf(views, life, upTo)
  const hung = own.find(({ body }) => body.what === 'process' && body.is === 'hung')
  if (hung?.body.what === 'process') {
    return { party: ownerOf(hung.body.loop), why: `${process} hangs: ${hung.body.why}`, ops: [hung.index] }
  }
  const crash = own.findLast(
    (op) => op.body.what === 'crashed' || op.body.what === 'assigned' || op.body.what === 'run',
  )
  if (crash?.body.what === 'crashed' && !crash.body.restart) {
    const { name, code } = crash.body.error
    const why = `the client of ${process} crashed with ${code || name} and did not start again`
    return { party: 'client', why, ops: [crash.index] }
  }
  const open = own.filter((op) => views.byWhat.openAt(op, upTo))
  // The innermost call is what everything else waits for.
  const last = open.at(-1)
  if (last === undefined) return undefined
  return last.at === 'client'
    ? { party: 'client', why: `${callWords(last.body)} of ${process} never ended`, ops: [last.index] }
    : {
        party: 'application',
        why: `${last.body.what === 'handler' ? 'a handler' : 'an effect'} of ${process} never ended`,
        ops: [last.index],
      }
}

const callWords = (body: Op['body']): string =>
  body.what === 'admin' ? `${body.method}() of an admin client` : `a ${body.what}`

function opsOf(views: Views, { process, incarnation }: Life, upTo: number) {
  return views.history.ops.filter((op) => op.process === process && op.incarnation === incarnation && op.index <= upTo)
}

function causeOfDeath({ process, ended }: Life): Culprit {
  const op = ended!
  const { is, error } = op.body
  if (is === 'killed') {
    return {
      party: 'configuration',
      why: `${process} was killed, and its supervisor had no restart left`,
      ops: [op.index],
    }
  }
  const how = error === undefined ? is : `${is} (${error.code || error.name})`
  return { party: 'application', why: `${process} had ${how} by itself`, ops: [op.index] }
}
