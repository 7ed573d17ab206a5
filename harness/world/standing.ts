/**
 * How far everybody is: which offset each process last asked to fetch from, and as whom it last spoke to its group. Whether a run is at
 * rest is read from here, and what a request is about.
 */
import type { Knowledge } from '../faults/subject.ts'
import type { ClusterEvent } from '../history/op.ts'
import type { Proc } from '../sim/process.ts'
import { Identities } from './identities.ts'
import { recordIdentities } from './identity.ts'

export interface Membership {
  readonly group: string
  readonly generation: number
  readonly member: string
}

export class Standing {
  private readonly identities = new Identities()
  /** By `process/topic/partition`: the offset that a live process last asked to fetch from. */
  private readonly positions = new Map<string, number>()
  /** By `process/group`: as whom a living process last spoke to its group, until it leaves. */
  private readonly joined = new Map<string, Membership>()

  /** Topics that a group ever handed out: the others are only written to, and nobody is expected at their ends. */
  private readonly assigned = new Set<string>()

  isConsumed(topic: string): boolean {
    return this.assigned.has(topic)
  }

  get memberships(): readonly Membership[] {
    return [...this.joined.values()]
  }

  isInAGroup(process: string): boolean {
    for (const key of this.joined.keys()) if (key.startsWith(`${process}/`)) return true
    return false
  }

  /** Processes that last spoke to this group as its members, and have not left. */
  membersOf(group: string): readonly string[] {
    const members: string[] = []
    for (const [key, membership] of this.joined)
      if (membership.group === group) members.push(key.slice(0, key.length - group.length - 1))
    return members
  }

  positionOf(process: string, topic: string, partition: number): number | undefined {
    return this.positions.get(`${process}/${topic}/${partition}`)
  }

  see(event: ClusterEvent): void {
    this.identities.see(event)
    if (event.what === 'assignment') for (const { topic } of event.owners) this.assigned.add(topic)
    // An offset of the old log says nothing about the new one.
    if (event.what === 'cluster-reset' || event.what === 'topic' || event.what === 'wiped') this.positions.clear()
  }

  forget(process: string): void {
    for (const [key] of this.positions) if (key.startsWith(`${process}/`)) this.positions.delete(key)
    for (const [key] of this.joined) if (key.startsWith(`${process}/`)) this.joined.delete(key)
  }

  /** What the requests of this process are read with, and what they tell. */
  knowledge(proc: Proc): Knowledge {
    return {
      identities: recordIdentities,
      messageBefore: (topic, partition, offset) => this.identities.messageBefore(topic, partition, offset),
      asked: (topic, partition, offset) => this.positions.set(`${proc.name}/${topic}/${partition}`, Number(offset)),
      generation: (group) => this.joined.get(`${proc.name}/${group}`)?.generation ?? 0,
      left: (group) => this.joined.delete(`${proc.name}/${group}`),
      used: (group, generation, member) => {
        this.joined.set(`${proc.name}/${group}`, { group, generation, member })
      },
    }
  }
}
