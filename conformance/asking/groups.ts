import fc from 'fast-check'
import type { Template } from '../sequence.ts'
import {
  type Ask,
  type Bodies,
  group,
  instanceOf,
  member,
  membership,
  mostly,
  name,
  off,
  partition,
  since,
  TOO_LONG,
  topic,
  usually,
} from './bodies.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** '' is no group for who wants to be a member of it. */
const claim = fc
  .tuple(membership, usually(false, true))
  .chain(([{ member, group }, isNowhere]) =>
    instanceOf(member).map((instance) => ({ member, group, instance, groupId: isNowhere ? '' : name(group) })),
  )

const joinGroup: Ask = (version) =>
  fc
    .record({
      claim,
      isNew: fc.constantFrom(false, false, false, false, true),
      sessionTimeoutMs: mostly(fc.constantFrom(10_000, 30_000), 300, 50, 0),
      rebalanceTimeoutMs: mostly(60_000, 300),
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
    .map(
      ({
        claim: { member, groupId, instance },
        isNew,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        protocolType,
        protocols,
      }) => ({
        body: {
          groupId,
          sessionTimeoutMs,
          memberId: isNew ? '' : { $: 'memberId', of: member },
          protocolType,
          protocols,
          ...since(version, 1, { rebalanceTimeoutMs }),
          ...since(version, 5, { groupInstanceId: instance === null ? null : name(instance) }),
        },
        as: member,
      }),
    )

const identity = fc.record({ claim, plus: off }).map(({ claim, ...rest }) => ({ ...claim, ...rest }))

const syncGroup: Ask = (version) =>
  fc
    .tuple(identity, fc.boolean(), mostly<string | null>('range', 'round', null))
    .map(([{ groupId, member, plus, instance }, assigns, protocolName]) => {
      const assignments = ['m0', 'm1', 'm2'].map((of) => ({
        memberId: { $: 'memberId', of } as const,
        assignment: bytes(`for ${of}`),
      }))
      return {
        body: {
          groupId,
          generationId: { $: 'generation', of: member, plus },
          memberId: { $: 'memberId', of: member },
          assignments: assigns ? assignments : [],
          ...since(version, 3, { groupInstanceId: instance === null ? null : name(instance) }),
          ...since(version, 5, { protocolType: 'consumer', protocolName }),
        },
      }
    })

const heartbeat: Ask = (version) =>
  identity.map(({ groupId, member, plus, instance }) => ({
    body: {
      groupId,
      generationId: { $: 'generation', of: member, plus },
      memberId: { $: 'memberId', of: member },
      ...since(version, 3, { groupInstanceId: instance === null ? null : name(instance) }),
    },
  }))

const leaveGroup: Ask = (version) =>
  fc.tuple(identity, member, fc.boolean()).map(([{ groupId, member, instance }, other, both]) => {
    const one = (of: string): Template => ({
      memberId: { $: 'memberId', of },
      groupInstanceId: instance === null ? null : name(instance),
    })
    return {
      body: {
        groupId,
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
      committedMetadata: mostly<string | null>('', 'm', null, TOO_LONG),
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
