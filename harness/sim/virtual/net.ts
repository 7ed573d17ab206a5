/** `node:net` on the simulated network: the client's half. A simulated process does not listen. */
import { isIP, isIPv4, isIPv6 } from 'node:net'
import { insteadOf, refused } from './refused.ts'
import type { Seat } from './seat.ts'
import { createSocketClass } from './socket.ts'
import { connectArguments } from './socket-arguments.ts'
import type { Timers } from './timers.ts'

export function createNet(seat: Seat, timers: Timers): object {
  const Socket = createSocketClass(seat, timers)
  const connect = (...args: unknown[]) => new Socket(connectArguments(args)[0]).connect(...args)
  const no = (name: string) => refused(seat, `net.${name}`, insteadOf('net.createServer'))
  return {
    Socket,
    Stream: Socket,
    connect,
    createConnection: connect,
    isIP,
    isIPv4,
    isIPv6,
    getDefaultAutoSelectFamily: () => true,
    setDefaultAutoSelectFamily: () => undefined,
    getDefaultAutoSelectFamilyAttemptTimeout: () => 250,
    setDefaultAutoSelectFamilyAttemptTimeout: () => undefined,
    createServer: no('createServer'),
    Server: no('Server'),
    BlockList: no('BlockList'),
    SocketAddress: no('SocketAddress'),
  }
}
