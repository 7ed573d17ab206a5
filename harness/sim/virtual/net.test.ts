import { describe, expect, it } from 'vitest'
import { inside } from './testing/fixture.ts'

const LOCAL = { host: '10.0.0.1', port: 40_000 }
const REMOTE = { host: '10.0.0.2', port: 9092 }
const EVENTS = ['lookup', 'connect', 'ready', 'data', 'end', 'error', 'close', 'drain', 'timeout', 'finish']

/** A socket that tells its events, and the other end in our hands. `then` runs in the process with `s`, the socket. */
async function connected(body = '', options = '{ host: "b", port: 9092 }') {
  const here = inside()
  const told: unknown[] = []
  const play = async (work: () => void) => {
    await here.port.event(work)
    await here.port.run(here.port.clockMs)
  }
  const start = here.run(`return (tell) => { const net = require('net'); const s = net.connect(${options});
    for (const e of ${JSON.stringify(EVENTS)}) if (e !== 'data') s.on(e, (...a) => tell([e, ...a.map((x) => x && x.code || x)].join(' ')))
    const listen = () => s.on('data', (d) => tell('data ' + d)); ${body}; return s }`) as (
    tell: (line: string) => void,
  ) => Record<string, never>
  const socket = { current: {} as Record<string, unknown> & { [name: string]: (...args: unknown[]) => unknown } }
  await play(() => {
    socket.current = start((line) => told.push(line)) as never
  })
  const end = here.port.connections[0]!
  const peer = {
    connect: () => play(() => end.to.connect(LOCAL, REMOTE)),
    data: (text: string) => play(() => end.to.data(Buffer.from(text))),
    end: () => play(() => end.to.end()),
    error: (code: string) => play(() => end.to.error(code)),
  }
  const calls = () => [...end.sent.map(String), ...end.calls]
  return { here, told, socket: socket.current, peer, calls, end, play, take: () => told.splice(0) }
}

describe('the life of a connection', () => {
  it('connects, talks, and closes when the peer has said its last', async () => {
    const { socket, peer, take, calls, play, end } = await connected('listen()')
    expect([socket.connecting, socket.readyState, socket.pending]).toEqual([true, 'opening', true])
    await peer.connect()
    expect(take()).toEqual(['connect', 'ready'])
    expect([
      socket.connecting,
      socket.readyState,
      socket.remoteAddress,
      socket.remotePort,
      socket.localPort,
      socket.remoteFamily,
    ]).toEqual([false, 'open', '10.0.0.2', 9092, 40_000, 'IPv4'])
    expect(socket.address!()).toEqual({ address: '10.0.0.1', family: 'IPv4', port: 40_000 })
    await play(() => socket.write!('hi'))
    await peer.data('yo')
    expect(take()).toEqual(['data yo'])
    expect([socket.bytesRead, socket.bytesWritten]).toEqual([2, 2])
    await peer.end()
    expect(take()).toEqual(['end', 'finish', 'close false'])
    expect(calls()).toEqual(['hi', 'end', 'destroy'])
    expect([socket.destroyed, socket.readyState]).toEqual([true, 'closed'])
    await play(() => end.to.data(Buffer.from('late')))
    expect(take()).toEqual([])
  })

  it('our end first: what the peer still sends arrives', async () => {
    const { socket, peer, take, play } = await connected('listen()')
    await peer.connect()
    take()
    await play(() => socket.end!('bye'))
    expect(take()).toEqual(['finish'])
    expect(socket.readyState).toBe('readOnly')
    await peer.data('last')
    await peer.end()
    expect(take()).toEqual(['data last', 'end', 'close false'])
  })

  it('allowHalfOpen: the peer’s end does not end ours', async () => {
    const { socket, peer, take, calls } = await connected('listen()', '{ host: "b", port: 9092, allowHalfOpen: true }')
    await peer.connect()
    await peer.end()
    expect(take()).toEqual(['connect', 'ready', 'end'])
    expect(socket.readyState).toBe('writeOnly')
    expect(calls()).toEqual([])
  })

  it('writes before the connection wait for it, in order', async () => {
    const { socket, peer, calls, play, told } = await connected()
    await play(() => {
      socket.write!('a', (error: unknown) => told.push(`written ${error}`))
      socket.write!(Buffer.from('b'))
      socket.write!('63', 'hex')
      socket.end!('d')
    })
    expect(calls()).toEqual([])
    await peer.connect()
    expect(calls()).toEqual(['a', 'b', 'c', 'd', 'end'])
    expect(told).toEqual(['connect', 'ready', 'written null', 'finish'])
  })

  it('what was written before goes before what a listener of connect writes', async () => {
    const { peer, calls } = await connected('s.on("connect", () => s.write("b")); s.write("a")')
    await peer.connect()
    expect(calls()).toEqual(['a', 'b'])
  })

  it('destroy drops the connection: only close follows', async () => {
    const { socket, peer, take, calls, play } = await connected('listen()')
    await peer.connect()
    take()
    await play(() => socket.destroy!())
    expect(take()).toEqual(['close false'])
    expect(calls()).toEqual(['destroy'])
    await peer.data('x')
    expect(take()).toEqual([])
  })

  it('destroy with an error tells it, in the next tick', async () => {
    const { socket, peer, take, play } = await connected()
    await peer.connect()
    take()
    await play(() => {
      socket.destroy!(Object.assign(new Error('x'), { code: 'MINE' }))
      expect(take()).toEqual([])
    })
    expect(take()).toEqual(['error MINE', 'close true'])
  })
})

describe('errors have Node’s shape', () => {
  it.each([
    [
      'ECONNREFUSED',
      {
        code: 'ECONNREFUSED',
        errno: -111,
        syscall: 'connect',
        address: 'b',
        port: 9092,
        message: 'connect ECONNREFUSED b:9092',
      },
    ],
    ['ETIMEDOUT', { code: 'ETIMEDOUT', errno: -110, syscall: 'connect', message: 'connect ETIMEDOUT b:9092' }],
    [
      'ENOTFOUND',
      { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname: 'b', message: 'getaddrinfo ENOTFOUND b' },
    ],
  ])('before the connection: %s', async (code, shape) => {
    const { peer, take, calls, here, socket } = await connected('s.on("error", (e) => { s.seen = e })')
    await peer.error(code)
    expect(take()).toEqual([`error ${code}`, 'close true'])
    expect(socket.seen).toMatchObject(shape)
    expect(socket.seen).toBeInstanceOf(Error)
    expect(calls()).toEqual([])
    expect(here.port.errors).toEqual([])
  })

  it('after it: ECONNRESET of read, and nobody’s end', async () => {
    const { peer, take, socket } = await connected('listen(); s.on("error", (e) => { s.seen = e })')
    await peer.connect()
    take()
    await peer.error('ECONNRESET')
    expect(take()).toEqual(['error ECONNRESET', 'close true'])
    expect(socket.seen).toMatchObject({ code: 'ECONNRESET', errno: -104, syscall: 'read', message: 'read ECONNRESET' })
  })

  it('that nobody listens to are the process’', async () => {
    const here = inside()
    await here.play('require("net").connect(9092, "b")')
    await here.port.event(() => here.port.connections[0]!.to.error('ECONNREFUSED'))
    expect(here.port.errors).toEqual([['exception', expect.objectContaining({ code: 'ECONNREFUSED' })]])
  })

  it('write after end, and after destroy', async () => {
    const { socket, peer, take, play } = await connected()
    await peer.connect()
    take()
    const told: unknown[] = []
    await play(() => {
      socket.end!()
      socket.write!('x', (error: { code: string }) => told.push(error.code))
    })
    expect(take()).toEqual(['error ERR_STREAM_WRITE_AFTER_END', 'close true'])
    await play(() => socket.write!('x', (error: { code: string }) => told.push(error.code)))
    expect(told).toEqual(['ERR_STREAM_WRITE_AFTER_END', 'ERR_STREAM_WRITE_AFTER_END'])
    expect(take()).toEqual([])
  })

  it('wrong arguments', () => {
    const { run } = inside()
    for (const [body, code] of [
      ['connect(70000)', 'ERR_SOCKET_BAD_PORT'],
      ['connect({})', 'ERR_SOCKET_BAD_PORT'],
      ['connect(1).write(5)', 'ERR_INVALID_ARG_TYPE'],
      ['connect(1).write(null)', 'ERR_STREAM_NULL_VALUES'],
    ])
      expect(() => run(`require('net').${body}`), body).toThrow(expect.objectContaining({ code }))
  })
})

describe('flow', () => {
  it('data that nobody listens to yet is kept, and the end with it', async () => {
    const { peer, take, told, socket, play } = await connected()
    await peer.connect()
    await peer.data('a')
    await peer.end()
    expect(take()).toEqual(['connect', 'ready'])
    await play(() => socket.on!('data', (bytes: unknown) => told.push(`data ${bytes}`)))
    expect(take()).toEqual(['data a', 'end', 'finish', 'close false'])
  })

  it('resume lets it go unheard', async () => {
    const { peer, take } = await connected('s.resume()')
    await peer.connect()
    await peer.data('a')
    await peer.end()
    expect(take().slice(2)).toEqual(['end', 'finish', 'close false'])
  })

  it('pause holds it back, here and at the peer', async () => {
    const { peer, take, socket, play, calls } = await connected('listen()')
    await peer.connect()
    await play(() => socket.pause!())
    expect(socket.isPaused!()).toBe(true)
    await peer.data('a')
    expect(take()).toEqual(['connect', 'ready'])
    await play(() => socket.resume!())
    expect(take()).toEqual(['data a'])
    expect(calls()).toEqual(['pause', 'resume'])
  })

  it('setEncoding gives text, across the cut of a character', async () => {
    const { peer, take, end, play } = await connected('s.setEncoding("utf8"); listen()')
    await peer.connect()
    take()
    await play(() => end.to.data(Buffer.from([0xe2, 0x82])))
    await play(() => end.to.data(Buffer.from([0xac])))
    expect(take()).toEqual(['data €'])
  })

  it('write answers false from 16 KiB on, and drain follows', async () => {
    const { peer, take, socket, play } = await connected()
    await peer.connect()
    take()
    await play(() => {
      expect(socket.write!(Buffer.alloc(16_383))).toBe(true)
      expect(socket.write!(Buffer.alloc(16_384))).toBe(false)
    })
    expect(take()).toEqual(['drain'])
  })
})

describe('the rest of it', () => {
  it('setTimeout tells of idleness, counted anew with each byte', async () => {
    const { peer, take, here, socket, play } = await connected('listen(); s.setTimeout(100)')
    await peer.connect()
    await here.port.run(80)
    await peer.data('x')
    take()
    await here.port.run(179)
    expect(take()).toEqual([])
    await here.port.run(180)
    expect(take()).toEqual(['timeout'])
    await play(() => socket.destroy!())
    await here.port.run(1000)
    expect(take()).toEqual(['close false'])
    expect(here.port.armed).toBe(0)
  })

  it.each([
    ['connect(9092, "b", cb)', 'b:9092'],
    ['connect(9092)', 'localhost:9092'],
    ['connect("9092", "b")', 'b:9092'],
    ['createConnection({ port: 9092 })', 'localhost:9092'],
    ['Socket().connect({ host: "b", port: "9092" }, cb)', 'b:9092'],
  ])('net.%s', (call, to) => {
    const { run, port } = inside()
    run(`const cb = () => {}; const net = require('net'); ${call.startsWith('Socket') ? 'new ' : ''}net.${call}`)
    expect(port.calls.at(-1)).toBe(`connect ${to}`)
  })

  it('chains, and answers for options that have no meaning here', () => {
    expect(
      inside().run(
        "const s = new (require('net').Socket)(); return s.setNoDelay().setKeepAlive(true, 5).ref().unref() === s && s.address().port === undefined",
      ),
    ).toBe(true)
    expect(
      inside().run(
        "const n = require('net'); return [n.isIP('::1'), n.isIPv4('1.1.1.1'), n.Stream === n.Socket].join()",
      ),
    ).toBe('6,true,true')
  })

  it.each([
    'pipe(process.stdout)',
    'read()',
    'on("readable", () => {})',
    'cork()',
    'connect(1).connect(2)',
    '[Symbol.asyncIterator]()',
  ])('s.%s is refused', (use) => {
    expect(() =>
      inside().run(`const s = new (require('net').Socket)(); s${use.startsWith('[') ? '' : '.'}${use}`),
    ).toThrow('net.Socket')
  })

  it('a patched Socket reaches sockets that libraries make, and no other process', () => {
    const here = inside()
    here.run(
      "const net = require('net'); net.Socket.prototype.connect = function () { return 'patched' }; if (net.connect(1) !== 'patched') throw new Error('not patched')",
    )
    here.restart()
    here.run("require('net').connect(1)")
    expect(here.port.calls.at(-1)).toBe('connect localhost:1')
  })

  it('a sealed process hears nothing', async () => {
    const { here, end, take } = await connected('listen()')
    here.port.sealed = true
    end.to.connect(LOCAL, REMOTE)
    end.to.data(Buffer.from('x'))
    end.to.error('ECONNRESET')
    await here.port.run()
    expect(take()).toEqual([])
  })
})
