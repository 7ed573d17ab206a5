/** What everybody who asks `Cluster` may rely on, whichever cluster stands behind it. */
import { expect, it } from 'vitest'
import { type Cluster, ClusterError, type HarnessRecord } from '../../cluster.ts'

export interface Contract {
  /** Two brokers at least, not started. */
  make(): Cluster | Promise<Cluster>
  /** Of each partition: one, or on all brokers. */
  readonly copies: 'one' | 'all'
}

export function clusterContract({ make, copies }: Contract): void {
  const started = async (): Promise<Cluster> => {
    const cluster = await make()
    await cluster.start([{ name: 'orders', partitions: 2 }])
    return cluster
  }
  const record = (value: string): HarnessRecord => ({
    topic: 'orders',
    partition: 0,
    key: null,
    value: Buffer.from(value),
    headers: [['ackward-id', Buffer.from(value)]],
  })
  const of = async (cluster: Cluster, partition: number) =>
    (await cluster.describe()).partitions.find((one) => one.topic === 'orders' && one.partition === partition)!
  const leaderOf = async (cluster: Cluster, partition: number): Promise<number | null> =>
    (await of(cluster, partition)).leader

  it('has one address for each broker, and the topics it was started with', async () => {
    const cluster = await started()
    const { brokers, partitions } = await cluster.describe()
    expect(cluster.bootstrap).toEqual(brokers.map(({ host, port }) => `${host}:${port}`))
    expect(brokers.every(({ up }) => up)).toBe(true)
    expect(partitions.filter(({ topic }) => topic === 'orders')).toHaveLength(2)
    await cluster.stop()
  })

  it('writes each record once, at the next offset', async () => {
    const cluster = await started()
    expect([await cluster.write(record('m1')), await cluster.write(record('m2'))]).toEqual([0n, 1n])
    expect((await of(cluster, 0)).logEnd).toBe('2')
    await cluster.stop()
  })

  it('moves a leader, with a higher leader epoch', async () => {
    const cluster = await started()
    const { brokers, partitions } = await cluster.describe()
    const before = partitions.find((one) => one.topic === 'orders' && one.partition === 0)!
    const to = brokers.find(({ id }) => id !== before.leader)!.id
    await cluster.moveLeader('orders', 0, to)
    const after = await of(cluster, 0)
    expect(after.leader).toBe(to)
    expect(after.leaderEpoch).toBeGreaterThan(before.leaderEpoch)
    await cluster.stop()
  })

  it('keeps what was written through a broker that dies and comes back', async () => {
    const cluster = await started()
    await cluster.write(record('m1'))
    const leader = (await leaderOf(cluster, 0))!
    await cluster.kill(leader)
    expect((await cluster.describe()).brokers.find(({ id }) => id === leader)?.up).toBe(false)
    await cluster.restart(leader)
    expect(await cluster.write(record('m2'))).toBe(1n)
    await cluster.stop()
  })

  it('starts a topic again at offset 0, with another id', async () => {
    const cluster = await started()
    await cluster.write(record('m1'))
    const idOf = async () => (await of(cluster, 0)).topicId
    const before = await idOf()
    await cluster.recreateTopic('orders')
    expect(await idOf()).not.toBe(before)
    expect(await cluster.write(record('m2'))).toBe(0n)
    await cluster.stop()
  })

  it.runIf(copies === 'all')('fills a volume again that was wiped', async () => {
    const cluster = await started()
    if (!cluster.capabilities.wipeBroker) return
    await cluster.write(record('m1'))
    const wiped = (await leaderOf(cluster, 0))!
    await cluster.kill(wiped)
    expect(await cluster.write(record('m2'))).toBe(1n)
    await cluster.wipe(wiped)
    await cluster.restart(wiped)
    expect(await cluster.write(record('m3'))).toBe(2n)
    await expect.poll(async () => (await of(cluster, 0)).isr.length, { timeout: 30_000 }).toBe(3)
    await cluster.moveLeader('orders', 0, wiped)
    expect(await of(cluster, 0)).toMatchObject({ leader: wiped, logStart: '0', logEnd: '3' })
    await cluster.stop()
  })

  it.runIf(copies === 'one')('has empty logs under the same ids where a volume was wiped', async () => {
    const cluster = await started()
    if (!cluster.capabilities.wipeBroker) return
    await cluster.write(record('m1'))
    const before = await of(cluster, 0)
    await cluster.kill(before.leader!)
    await cluster.wipe(before.leader!)
    await cluster.restart(before.leader!)
    const after = await of(cluster, 0)
    expect(after).toMatchObject({ topicId: before.topicId, logStart: '0', logEnd: '0' })
    expect(await cluster.write(record('m2'))).toBe(0n)
    await cluster.stop()
  })

  it('deletes records from the start of a log, and none that are not there', async () => {
    const cluster = await started()
    if (!cluster.capabilities.deleteRecords) return
    for (const value of ['m1', 'm2', 'm3']) await cluster.write(record(value))
    await cluster.deleteRecords('orders', 0, 2n)
    expect(await of(cluster, 0)).toMatchObject({ logStart: '2', logEnd: '3' })
    await expect(cluster.deleteRecords('orders', 0, 4n)).rejects.toThrow(/OFFSET_OUT_OF_RANGE/)
    await cluster.stop()
  })

  it('moves what a group has committed, and clamps it to the log', async () => {
    const cluster = await started()
    if (!cluster.capabilities.resetOffsets) return
    for (const value of ['m1', 'm2', 'm3']) await cluster.write(record(value))
    await cluster.moveCoordinator({ coordinatorOf: 'g' }, 1)
    const committed = async () =>
      (await cluster.describe()).groups
        .find(({ group }) => group === 'g')!
        .committed.map(({ partition, offset }) => `${partition}: ${offset}`)
    await cluster.resetOffsets('g', 'orders', 'latest')
    expect(await committed()).toEqual(['0: 3', '1: 0'])
    await cluster.resetOffsets('g', 'orders', { offset: 99n })
    expect(await committed()).toEqual(['0: 3', '1: 0'])
    await cluster.deleteRecords('orders', 0, 1n)
    await cluster.resetOffsets('g', 'orders', 'earliest')
    expect(await committed()).toEqual(['0: 1', '1: 0'])
    await cluster.stop()
  })

  it('starts everything again after a reset, under another cluster id', async () => {
    const cluster = await started()
    await cluster.write(record('m1'))
    const { clusterId } = await cluster.describe()
    await cluster.resetCluster()
    expect((await cluster.describe()).clusterId).not.toBe(clusterId)
    expect(await cluster.write(record('m2'))).toBe(0n)
    await cluster.stop()
  })

  it('refuses in words what it cannot do, and what does not exist', async () => {
    const cluster = await started()
    const { capabilities } = cluster
    await expect(cluster.kill(99)).rejects.toThrow(ClusterError)
    await expect(cluster.kill(99)).rejects.toThrow(/no broker 99/)
    await expect(cluster.write({ ...record('m'), topic: 'gone' })).rejects.toThrow(ClusterError)
    if (!capabilities.pauseBroker) await expect(cluster.pause(1)).rejects.toThrow(/pauseBroker/)
    if (!capabilities.wipeBroker) await expect(cluster.wipe(1)).rejects.toThrow(/wipeBroker/)
    else await expect(cluster.wipe(1)).rejects.toThrow(ClusterError)
    await cluster.stop()
  })
}
