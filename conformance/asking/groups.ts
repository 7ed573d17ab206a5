import fc from 'fast-check'
import type { Template } from '../sequence.ts'
import { type Ask, type Bodies, group, member, mostly, name, off, partition, since, topic } from './bodies.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)

const joinGroup: Ask = (version) =>
  fc
    .record({
      group,
      member,
      isNew: mostly(false, true),
      sessionTimeoutMs: mostly(fc.constantFrom(10_000, 30_000), 300, 50, 0),
      rebalanceTimeoutMs: mostly(60_000, 300),
      instance: mostly(fc.constant<string | null>(null), 'i0', 'i1'),
      protocolType: mostly('consumer', 'other', ''),
      protocols: mostly<Template>(
        [{ name: 'range', metadata: bytes('r') }],
        [
          { name: 'range', metadata: bytes('r') },
          { name: 'round', metadata: bytes('o') },
        ],
        [{ name: 'round', metadata: bytes('o') }],
        [],
      ),
    })
    .map(({ group, member, isNew, instance, sessionTimeoutMs, rebalanceTimeoutMs, protocolType, protocols }) => ({
      body: {
        groupId: name(group),
        sessionTimeoutMs,
        memberId: isNew ? '' : { $: 'memberId', of: member },
        protocolType,
        protocols,
        ...since(version, 1, { rebalanceTimeoutMs }),
        ...since(version, 5, { groupInstanceId: instance === null ? null : name(instance) }),
      },
      as: member,
    }))

const identity = fc.record({ group, member, plus: off, instance: mostly(fc.constant<string | null>(null), 'i0') })

const syncGroup: Ask = (version) =>
  fc
    .tuple(identity, fc.boolean(), mostly<string | null>('range', 'round', null))
    .map(([{ group, member, plus, instance }, assigns, protocolName]) => {
      const assignments = ['m0', 'm1', 'm2'].map((of) => ({
        memberId: { $: 'memberId', of } as const,
        assignment: bytes(`for ${of}`),
      }))
      return {
        body: {
          groupId: name(group),
          generationId: { $: 'generation', of: member, plus },
          memberId: { $: 'memberId', of: member },
          assignments: assigns ? assignments : [],
          ...since(version, 3, { groupInstanceId: instance === null ? null : name(instance) }),
          ...since(version, 5, { protocolType: 'consumer', protocolName }),
        },
      }
    })

const heartbeat: Ask = (version) =>
  identity.map(({ group, member, plus, instance }) => ({
    body: {
      groupId: name(group),
      generationId: { $: 'generation', of: member, plus },
      memberId: { $: 'memberId', of: member },
      ...since(version, 3, { groupInstanceId: instance === null ? null : name(instance) }),
    },
  }))

const leaveGroup: Ask = (version) =>
  fc.tuple(identity, member, fc.boolean()).map(([{ group, member, instance }, other, both]) => {
    const one = (of: string): Template => ({
      memberId: { $: 'memberId', of },
      groupInstanceId: instance === null ? null : name(instance),
    })
    return {
      body: {
        groupId: name(group),
        ...(version < 3
          ? { memberId: { $: 'memberId', of: member } as const }
          : { members: both ? [one(member), one(other)] : [one(member)] }),
      },
    }
  })

const offsetCommit: Ask = (version) =>
  fc
    .record({
      identity,
      outside: fc.boolean(),
      topic,
      partition,
      committedOffset: fc.constantFrom(0n, 1n, 2n, 7n, -1n),
      committedMetadata: mostly<string | null>('', 'm', null, 'x'.repeat(5_000)),
      committedLeaderEpoch: mostly(-1, 0, 3),
    })
    .map(
      ({ identity: { group, member, plus, instance }, outside, topic, partition, committedLeaderEpoch, ...rest }) => ({
        body: {
          groupId: name(group),
          ...since(version, 1, {
            generationIdOrMemberEpoch: outside ? -1 : { $: 'generation', of: member, plus },
            memberId: outside ? '' : { $: 'memberId', of: member },
          }),
          ...since(version, 7, { groupInstanceId: instance === null || outside ? null : name(instance) }),
          topics: [
            {
              name: topic,
              partitions: [{ partitionIndex: partition, ...rest, ...since(version, 6, { committedLeaderEpoch }) }],
            },
          ],
        },
      }),
    )

const offsetFetch: Ask = (version) =>
  fc
    .record({ group, topic, partition, all: fc.boolean(), requireStable: fc.boolean() })
    .map(({ group, topic, partition, all, requireStable }) => {
      const topics = all && version >= 2 ? null : [{ name: topic, partitionIndexes: [0, partition] }]
      return {
        body: {
          ...(version >= 8 ? { groups: [{ groupId: name(group), topics }] } : { groupId: name(group), topics }),
          ...since(version, 7, { requireStable }),
        },
      }
    })

const describeGroups: Ask = () =>
  fc
    .array(group, { minLength: 1, maxLength: 2 })
    .map((groups) => ({ body: { groups: [...new Set(groups)].map(name) } }))

const listGroups: Ask = (version) =>
  fc
    .tuple(
      fc.subarray(['Stable', 'Empty', 'PreparingRebalance', 'stable', 'Nonsense']),
      fc.subarray(['classic', 'consumer']),
    )
    .map(([statesFilter, typesFilter]) => ({
      body: { ...since(version, 4, { statesFilter }), ...since(version, 5, { typesFilter }) },
    }))

const deleteGroups: Ask = () => group.map((one) => ({ body: { groupsNames: [name(one)] } }))

export const groupBodies = {
  joinGroup,
  syncGroup,
  heartbeat,
  leaveGroup,
  offsetCommit,
  offsetFetch,
  describeGroups,
  listGroups,
  deleteGroups,
} satisfies Partial<Bodies>
