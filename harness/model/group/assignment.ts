/** Who owns which partition: the model looks into assignments only to tell the history, and to check itself. */
import { decodeAssignment } from '../../wire/group-protocol.ts'
import type { Group } from './state.ts'

export interface Owner {
  readonly member: string
  readonly topic: string
  readonly partition: number
}

/** Empty for other protocol types than the consumer's. An assignment that can't be read is the leader's affair: it owns nothing. */
export function ownersOf(group: Group, assignment: Iterable<readonly [member: string, bytes: Uint8Array]>): Owner[] {
  const owners: Owner[] = []
  if (group.protocolType !== 'consumer') return owners
  for (const [member, bytes] of assignment) {
    for (const { topic, partitions } of readable(bytes)) {
      for (const partition of partitions) owners.push({ member, topic, partition })
    }
  }
  return owners
}

function readable(bytes: Uint8Array): { topic: string; partitions: number[] }[] {
  try {
    return decodeAssignment(bytes).assignedPartitions
  } catch {
    return []
  }
}

/** Partitions that more than one owns, or one twice. */
export function shared(owners: readonly Owner[]): string[] {
  const seen = new Map<string, string>()
  const twice: string[] = []
  for (const { member, topic, partition } of owners) {
    const name = `${topic}/${partition}`
    const other = seen.get(name)
    if (other !== undefined) twice.push(`${name} by ${other} and ${member}`)
    else seen.set(name, member)
  }
  return twice
}
