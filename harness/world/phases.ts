/**
 * How a run goes: a safety phase in which faults strike; then everything heals, and does the application go on by itself? If it did
 * not, an operator restarts all processes. Loss and duplicates are judged only at rest.
 */

import type { Description } from '../cluster.ts'
import type { Stopped } from '../sim/loop.ts'
import type { World } from './world.ts'

/** Looks for rest happen this often, in virtual time. */
const LOOK_EVERY_MS = 50
/** At rest, nothing but fetches and heartbeats has happened for this long. */
const QUIET_MS = 150
/** The longest each phase may take after its beginning, in virtual time. */
const SAFETY_MS = 120_000
const HEAL_MS = 150_000
const RESTART_MS = 150_000

/** Runs the phases; answers what stopped the run when it was not rest. */
export async function runPhases(world: World): Promise<Stopped | undefined> {
  world.history.append('', 0, 'harness', 'ok', { what: 'phase', phase: 'safety' })
  const safety = await until(world, SAFETY_MS)
  if (cut(safety)) return safety
  world.history.append('', 0, 'harness', 'ok', { what: 'phase', phase: 'heal' })
  world.heal()
  const healed = atRest(world) ? REST : await until(world, HEAL_MS)
  if (cut(healed)) return healed
  tellRest(world)
  if (!atRest(world)) {
    world.history.append('', 0, 'harness', 'ok', { what: 'phase', phase: 'operator-restart' })
    world.supervisor.restartAll()
    const restarted = await until(world, RESTART_MS)
    if (cut(restarted)) return restarted
    tellRest(world)
  }
  return undefined
}

const REST: Stopped = { by: 'policy' }

const cut = (stopped: Stopped): boolean => stopped.by === 'limit'

/** Until rest, but no longer than `ms`. */
async function until(world: World, ms: number): Promise<Stopped> {
  const endMs = world.clock.nowMs + ms
  let over = false
  const look = (): void => {
    over = world.ending !== undefined || atRest(world) || world.clock.nowMs >= endMs
    if (!over) world.clock.schedule(world.clock.nowMs + LOOK_EVERY_MS, null, 'look', look)
  }
  world.clock.schedule(world.clock.nowMs + LOOK_EVERY_MS, null, 'look', look)
  return world.loop.run(() => over || world.ending !== undefined)
}

/**
 * Rest: the workload has been handed over, nothing is broken or about to be mended, no operation is open, nor any transaction, the groups
 * are stable with members that live, every log has been read to its end, and nothing but staying alive has happened for a while.
 */
export function atRest(world: World): boolean {
  if (!world.workload.done || world.repairs.outstanding > 0 || world.supervisor.unsettled) return false
  if (world.clock.nowMs - world.busyMs < QUIET_MS) return false
  for (const proc of world.supervisor.alive) if (proc.open.size > 0) return false
  const description = world.cluster.describe()
  return transactionsSettled(description) && groupsSettled(world, description)
}

/** One that nobody ends is aborted when its time is up: until then it is not known what was written. */
function transactionsSettled({ transactions }: Description): boolean {
  return transactions.every(({ state }) => state === 'Empty' || state.startsWith('Complete'))
}

function groupsSettled(world: World, { groups, partitions }: Description): boolean {
  const settled = groups.every(({ state }) => state === 'Stable' || state === 'Empty' || state === 'Dead')
  if (!settled) return false
  const stable = new Map(groups.filter(({ state }) => state === 'Stable').map((one) => [one.group, one]))
  // A group that a living process is in, and that the cluster does not know (any more), is about to be formed again.
  for (const { group, generation, member } of world.standing.memberships) {
    const known = stable.get(group)
    if (known?.generation !== generation || !known.members.some((one) => one.member === member)) return false
  }
  const present = new Set(world.standing.memberships.map(({ member }) => member))
  for (const { members } of stable.values()) if (!members.every(({ member }) => present.has(member))) return false
  const consuming = world.supervisor.alive.filter((proc) => world.consumers.wants(proc.name))
  if (consuming.length === 0) return true
  return (
    consuming.every((proc) => world.standing.isInAGroup(proc.name)) &&
    partitions.every(
      ({ topic, partition, logEnd }) =>
        !world.standing.isConsumed(topic) || someoneIsAt(world, topic, partition, Number(logEnd)),
    )
  )
}

function someoneIsAt(world: World, topic: string, partition: number, end: number): boolean {
  return world.supervisor.alive.some((proc) => world.standing.positionOf(proc.name, topic, partition) === end)
}

function tellRest(world: World): void {
  world.checkAll()
  const { partitions, groups } = world.cluster.describe()
  world.history.append('', 0, 'harness', 'ok', {
    what: 'phase',
    phase: 'rest',
    note: atRest(world) ? 'at rest' : 'not at rest',
  })
  world.history.append('', 0, 'harness', 'ok', {
    what: 'state',
    logs: partitions
      .filter(({ topic }) => !topic.startsWith('__'))
      .map(({ topic, topicId, partition, logStart, logEnd, leader }) => ({
        topic,
        topicId,
        partition,
        start: logStart,
        end: logEnd,
        online: leader !== null,
      })),
    committed: groups.flatMap(({ group, committed }) => committed.map((at) => ({ group, ...at }))),
  })
}
