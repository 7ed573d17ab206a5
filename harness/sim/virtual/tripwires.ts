/**
 * `this` in a sloppy function that is called with no object is the host's global object, and no shadowed name hides that. So in a
 * thread of its own the host's clocks, timers and the like are behind getters that refuse while simulated code runs. The harness'
 * own files take what they need of them when they are loaded.
 */
import { Refused } from './refused.ts'

/** `running`: simulated code runs, from the beginning of an event of a process to the next turn of the loop. */
export const simulated = { running: false }

/** `Math` is the harness' own too: of it only the draw. */
const WIRED =
  `process Date performance crypto fetch setTimeout setInterval setImmediate navigator WeakRef FinalizationRegistry
  WebSocket EventSource Worker MessageChannel MessagePort BroadcastChannel Blob File gc`.split(/\s+/)

/** Returns what undoes it. */
export function setTripwires(): () => void {
  const undos = WIRED.flatMap((name) => wire(globalThis, name))
  undos.push(...wire(Math, 'random'))
  return () => {
    for (const undo of undos.toReversed()) undo()
  }
}

function wire(object: object, name: string): (() => void)[] {
  const before = Object.getOwnPropertyDescriptor(object, name)
  if (before?.configurable !== true) return []
  let value: unknown
  let read = () => {
    value = Reflect.get(target, name)
    read = () => value
    return value
  }
  // Node loads some of its globals when they are first asked for.
  const target = Object.defineProperty({}, name, before)
  Object.defineProperty(object, name, {
    get() {
      if (simulated.running)
        throw new Refused(
          `${name} of the host's global object`,
          'Sloppy code reaches it through `this`: name the global, or use globalThis.',
        )
      return read()
    },
    set(changed: unknown) {
      read = () => changed
    },
    enumerable: before.enumerable === true,
    configurable: true,
  })
  return [() => Object.defineProperty(object, name, before)]
}
