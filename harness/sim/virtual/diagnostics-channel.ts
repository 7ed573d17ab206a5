/** `node:diagnostics_channel`: the host's, under names that no other process has, so that subscriptions die with their process. */
import channels from 'node:diagnostics_channel'
import type { Fn, Seat } from './seat.ts'

type Name = string | symbol

let lives = 0

export function createDiagnosticsChannel(seat: Seat): object {
  let port = seat.port
  let life = ++lives
  const own = (name: Name): Name => {
    if (port !== seat.port) {
      port = seat.port
      life = ++lives
    }
    return typeof name === 'symbol' ? name : `ackward:${life}:${name}`
  }
  return {
    ...channels,
    channel: (name: Name) => channels.channel(own(name)),
    hasSubscribers: (name: Name) => channels.hasSubscribers(own(name)),
    subscribe: (name: Name, callback: Fn) => channels.subscribe(own(name), callback),
    unsubscribe: (name: Name, callback: Fn) => channels.unsubscribe(own(name), callback),
    tracingChannel: (given: unknown) =>
      channels.tracingChannel(typeof given === 'string' ? (own(given) as string) : (given as string)),
  }
}
