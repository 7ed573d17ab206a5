/** What JoinGroup answers by version and by error; stories are in group.test.ts. */
import { describe, expect, it } from 'vitest'
import { errorOf, Player, stable } from '../testing/group-player.ts'
import { Stage } from '../testing/group-stage.ts'

describe('JoinGroup', () => {
  it('before version 4 takes a new member at once', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a', { version: 3 })
    const join = a.join()
    expect(errorOf(join)).toBe('waits')
    stage.settle()
    expect(a.learn(join).generation).toBe(1)
  })

  it('of version 0 has the session timeout as rebalance timeout', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a', { version: 0, sessionTimeoutMs: 7_000 })
    a.join()
    expect([...stage.group().members.values()][0]!.rebalanceTimeoutMs).toBe(7_000)
  })

  it('says no protocol as its version does', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    expect(a.join({ version: 6 }).answer).toMatchObject({ protocolName: '', generationId: -1 })
    expect(a.join({ version: 7 }).answer).toMatchObject({ protocolName: null, protocolType: null })
  })

  it('from version 7 tells the protocol type', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a', { version: 7 })
    const join = a.enter()
    stage.settle()
    expect(join.answer).toMatchObject({ protocolType: 'consumer', protocolName: 'range' })
  })

  it.each([5_999, 1_800_001])('a session of %i ms is out of bounds', (sessionTimeoutMs) => {
    const a = new Player(new Stage(), 'a', { sessionTimeoutMs })
    expect(errorOf(a.join())).toBe('INVALID_SESSION_TIMEOUT')
  })

  it('the bounds are settings', () => {
    const stage = new Stage({ minSessionTimeoutMs: 100 })
    expect(errorOf(new Player(stage, 'a', { sessionTimeoutMs: 100 }).join())).toBe('MEMBER_ID_REQUIRED')
  })

  it('an id that nobody gave out', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    a.memberId = 'a-1'
    expect(errorOf(a.join())).toBe('UNKNOWN_MEMBER_ID')
    stable(stage, new Player(stage, 'b'))
    expect(errorOf(a.join())).toBe('UNKNOWN_MEMBER_ID')
  })

  it('protocols must have one in common, and the type of the group', () => {
    const stage = new Stage()
    stable(stage, new Player(stage, 'a', { protocols: ['range', 'sticky'] }))
    expect(errorOf(new Player(stage, 'b', { protocols: ['roundrobin'] }).join())).toBe('INCONSISTENT_GROUP_PROTOCOL')
    expect(errorOf(new Player(stage, 'c', { protocols: ['sticky'] }).join())).toBe('MEMBER_ID_REQUIRED')
    expect(errorOf(new Player(new Stage(), 'd', { protocols: [] }).join())).toBe('INCONSISTENT_GROUP_PROTOCOL')
  })

  it('of the common protocols the one with the most votes is chosen', () => {
    const stage = new Stage()
    const orders = [
      ['range', 'sticky'],
      ['sticky', 'range', 'other'],
      ['sticky', 'range'],
    ]
    const players = orders.map((protocols, at) => new Player(stage, `m${at}`, { protocols }))
    const joins = players.map((player) => player.enter())
    stage.settle()
    expect(joins[0]!.answer!.protocolName).toBe('sticky')
  })

  it('a full group turns new members away', () => {
    const stage = new Stage({ maxSize: 2 })
    const [a, b] = [new Player(stage, 'a'), new Player(stage, 'b')]
    stable(stage, a, b)
    expect(errorOf(new Player(stage, 'c').join())).toBe('GROUP_MAX_SIZE_REACHED')
    b.leave()
    a.learn(a.join())
    expect(errorOf(new Player(stage, 'c').join())).toBe('MEMBER_ID_REQUIRED')
  })

  it('an id that is pending belongs to no instance', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    a.memberId = a.join().answer!.memberId
    expect(errorOf(a.join({ instance: 'i' }))).toBe('waits')
    const b = new Player(stage, 'b')
    const memberId = b.join().answer!.memberId
    const impostor = new Player(stage, 'b', { instance: 'i' })
    impostor.memberId = memberId
    expect(errorOf(impostor.join())).toBe('UNKNOWN_SERVER_ERROR')
  })

  it('metadata is kept as it was, whatever becomes of the frame', () => {
    const stage = new Stage()
    const a = new Player(stage, 'a')
    const join = a.enter()
    const body = join.request.body as { protocols: { metadata: Uint8Array }[] }
    const before = Buffer.from(body.protocols[0]!.metadata)
    body.protocols[0]!.metadata.fill(0)
    stage.settle()
    expect(Buffer.from(join.answer!.members[0]!.metadata)).toEqual(before)
  })
})
