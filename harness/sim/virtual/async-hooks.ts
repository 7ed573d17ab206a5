/** `node:async_hooks`: contexts are real and follow timers and sockets; ids and hooks, which number the host's work, are refused. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { insteadOf, refused } from './refused.ts'
import type { Seat } from './seat.ts'

class VirtualAsyncResource extends AsyncResource {
  override asyncId(): number {
    return 0
  }
  override triggerAsyncId(): number {
    return 0
  }
}
Object.defineProperty(VirtualAsyncResource, 'name', { value: 'AsyncResource' })

export function createAsyncHooks(seat: Seat): object {
  const rest = ['createHook', 'executionAsyncId', 'triggerAsyncId', 'executionAsyncResource']
  return {
    AsyncLocalStorage,
    AsyncResource: VirtualAsyncResource,
    ...Object.fromEntries(rest.map((name) => [name, refused(seat, `async_hooks.${name}`, insteadOf('async_hooks'))])),
  }
}
