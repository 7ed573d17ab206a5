/**
 * A kill at each of the three points of each call of one run, all of them, one run each (twice, to compare the traces).
 *
 * Nothing leaves a sealed process. Exactly: from the moment of the kill on
 *  - none of its events is dispatched (no timer, no arrival, no answer), and it arms no timer, draws nothing, reads no clock;
 *  - it hands no byte to the net; what goes up its connections after that is the FIN with which its kernel closes them;
 *  - none of its calls reaches its point `before` or `answered`;
 *  - no operation is recorded in its name, but that each that was open ends as `unknown`.
 * What had left before goes on: bytes that the net had taken arrive and are applied, and an effect whose point `before` had been reached
 * becomes durable (`applied`). That is how a lost acknowledgement comes about.
 */
import { anchorOf, type Crossing, POINTS } from '../faults/anchors.ts'
import type { Op } from '../history/op.ts'
import type { Plan, Point } from '../plan/plan.ts'
import { type Run, type RunOptions, run } from '../run.ts'
import type { Proc } from '../sim/process.ts'
import { firstDifference } from '../sim/trace.ts'
import type { World } from './world.ts'

export interface Kills {
  /** Calls that the run without kills made. */
  readonly calls: number
  readonly kills: number
  /** Points that this run did not reach, so that nothing could be killed there: the answer of what it did not wait for. */
  readonly unreached: number
  /** Operations that were open when a process was killed. */
  readonly unknown: number
  readonly violations: readonly string[]
}

export async function everyKill(plan: Plan, options: Pick<RunOptions, 'stage'>): Promise<Kills> {
  const calm = await run(plan, options)
  if (calm.ended.by !== 'rest')
    throw new Error(`the run without kills did not come to rest: ${JSON.stringify(calm.ended)}`)
  const violations: string[] = []
  let kills = 0
  let unreached = 0
  let unknown = 0
  for (const crossing of calm.crossings) {
    for (const point of POINTS) {
      if (crossing.reachedMs[point] < 0) {
        unreached++
        continue
      }
      const where = `kill at ${point} of call ${crossing.id}, ${JSON.stringify(anchorOf(crossing, point))}`
      const says = (what: string): void => void violations.push(`${where}: ${what}`)
      const one = await killAt(plan, crossing, point, options, says)
      const other = await killAt(plan, crossing, point, options, () => {})
      kills++
      unknown += one.history.filter(({ phase, process }) => phase === 'unknown' && process === crossing.process).length
      if (one.traceHash !== other.traceHash) {
        const first = firstDifference(one.trace, other.trace)
        says(`two runs differ after ${first?.after}: ${first?.one} / ${first?.other}`)
      }
      if (one.ended.by === 'harness' || one.ended.by === 'entry')
        says(`the run ended by ${one.ended.by}: ${one.ended.says}`)
      const killed = one.struckAt.get(0)
      if (killed?.id !== crossing.id) says(`it struck ${killed === undefined ? 'nothing' : `call ${killed.id}`}`)
      for (const op of neverEnded(one.history)) says(`operation ${op.index} (${op.body.what}) has no end`)
    }
  }
  return { calls: calm.crossings.length, kills, unreached, unknown, violations }
}

async function killAt(
  plan: Plan,
  { id, ...crossing }: Crossing,
  point: Point,
  options: Pick<RunOptions, 'stage'>,
  says: (what: string) => void,
): Promise<Run> {
  const fault = { at: anchorOf({ id, ...crossing }, point), kind: 'crash' } as const
  return run(
    { ...plan, faults: [fault], delays: [] },
    {
      ...options,
      keepTrace: true,
      onWorld(world) {
        // By the number of the call, as an anchor may also mean an earlier call about more messages.
        let waiting = true
        world.injector.reach = (reached, at) => {
          if (!waiting || reached.id !== id || at !== point) return []
          waiting = false
          return [{ index: 0, fault }]
        }
        watchTheDead(world, says)
      },
    },
  )
}

/** Says whatever leaves a process that is sealed. */
function watchTheDead(world: World, says: (what: string) => void): void {
  const lives = new Map<number, Proc>()
  const owners = new Map<number, Proc>()
  const isDead = (id: number): boolean => lives.get(id)?.sealed === true
  const isDeadLife = (process: string, incarnation: number): boolean => {
    for (const proc of lives.values()) if (proc.name === process && proc.incarnation === incarnation) return proc.sealed
    return false
  }

  watch(world, 'spawn', (made) => void lives.set((made as Proc).id, made as Proc), 'after')
  watch(
    world.traffic.fabric,
    'open',
    (made) => {
      const by = world.loop.running
      if (by !== null) owners.set((made as { id: number }).id, by)
    },
    'after',
  )
  watch(world.traffic.fabric, 'send', (on, direction, segment) => {
    const owner = owners.get((on as { id: number }).id)
    const { kind } = segment as { kind: string }
    if (direction === 'up' && owner?.sealed === true && kind !== 'fin')
      says(`${kind} went up connection ${(on as { id: number }).id}`)
  })
  watch(world.trace, 'event', (_seq, _atMs, owner, kind) => isDead(owner as number) && says(`an event of it: ${kind}`))
  for (const outlet of ['timer', 'draw', 'clock'] as const) {
    watch(world.trace, outlet, (owner) => isDead(owner as number) && says(`a ${outlet} of it`))
  }
  watch(world.trace, 'bytes', (kind, connection) => {
    if (kind === 'out' && owners.get(connection as number)?.sealed === true) says('it wrote bytes')
  })
  watch(world, 'reach', (crossing, point) => {
    const { process, incarnation, reachedMs, id } = crossing as Crossing
    if (!isDeadLife(process, incarnation)) return
    if (point === 'applied' && reachedMs.before >= 0) return
    says(`call ${id} reached ${point}`)
  })
  watch(world.history, 'append', (process, incarnation, at, phase, body) => {
    if (phase === 'unknown' || at === 'harness' || !isDeadLife(process as string, incarnation as number)) return
    const { what } = body as { what: string }
    // Of an effect whose point `before` was reached; `reach` above sees to that.
    if (what !== 'applied') says(`an operation in its name: ${phase} ${what}`)
  })
}

/** Looks at the arguments of a method before each call, or at its results after it. */
function watch<T extends object>(
  object: T,
  method: string,
  look: (...args: unknown[]) => unknown,
  when: 'before' | 'after' = 'before',
): void {
  const methods = object as Record<string, (...args: unknown[]) => unknown>
  const real = methods[method]!
  methods[method] = function (this: T, ...args: unknown[]) {
    if (when === 'before') look(...args)
    const result = real.apply(this, args)
    if (when === 'after') look(result)
    return result
  }
}

function neverEnded(history: readonly Op[]): Op[] {
  const ended = new Set(history.flatMap(({ of }) => (of === undefined ? [] : [of])))
  return history.filter(({ phase, index }) => phase === 'invoke' && !ended.has(index))
}
