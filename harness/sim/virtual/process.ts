/**
 * `process` of a simulated process. Its events (`exit`, `SIGTERM`, `uncaughtException`, …) are an EventEmitter's; the kernel
 * raises them through `Life`.
 */
import { EventEmitter } from 'node:events'
import { createEnv, type Env } from './env.ts'
import { MACHINE, MEMORY, UID } from './machine.ts'
import { createNextTick } from './microtasks.ts'
import { refused } from './refused.ts'
import { Exited, run, type Seat } from './seat.ts'
import { createStdout } from './stdout.ts'

const NS_PER_MS = 1_000_000n

/** What the kernel may do with the process object. */
export interface Life {
  readonly process: NodeJS.Process
  /** Raises an event, such as a signal. False when nobody listens. Errors of listeners end up as the process' uncaught ones. */
  emit(event: string, ...args: unknown[]): boolean
  /**
   * Offers an error that nobody caught to the process' own listeners, by Node's rules: a rejection goes to
   * `unhandledRejection`, else it is an exception; an exception goes to `uncaughtException`. False when it ends the process.
   */
  survives(kind: 'exception' | 'rejection', error: unknown, promise?: Promise<unknown>): boolean
  readonly exitCode: number | undefined
  /** For the next process on the seat. */
  reset(entry: string): void
  readonly env: Env
}

export function createProcess(seat: Seat): Life {
  const env = createEnv()
  const emitter = Object.create(EventEmitter.prototype) as EventEmitter
  let startedMs = 0
  let exitCode: number | undefined
  let exiting = false

  const elapsedMs = (clock: 'hrtime' | 'uptime') => seat.port.nowMs(clock)
  const no = (name: string, instead: string) => refused(seat, `process.${name}`, instead)
  const HOST = 'It would act on the machine that the simulation runs on.'

  function exit(code?: number | string | null): never {
    const port = seat.port
    if (code !== undefined && code !== null) exitCode = Number(code)
    if (!exiting && !port.sealed) {
      exiting = true
      run(port, () => emitter.emit('exit', exitCode ?? 0))
      port.exit(exitCode ?? 0)
    }
    throw new Exited(exitCode ?? 0)
  }

  function hrtime(since?: [number, number]): [number, number] {
    const ms = elapsedMs('hrtime')
    const now: [number, number] = [Math.floor(ms / 1000), (ms % 1000) * 1_000_000]
    if (since === undefined) return now
    const nanos = now[1] - since[1]
    return nanos < 0 ? [now[0] - since[0] - 1, nanos + 1_000_000_000] : [now[0] - since[0], nanos]
  }
  hrtime.bigint = () => BigInt(elapsedMs('hrtime')) * NS_PER_MS

  function memoryUsage() {
    return { ...MEMORY }
  }
  memoryUsage.rss = () => MEMORY.rss

  function emitWarning(warning: unknown, type?: unknown, code?: unknown): void {
    const options =
      typeof type === 'object' && type !== null ? (type as { type?: string; code?: string }) : { type, code }
    const error =
      warning instanceof Error
        ? warning
        : Object.assign(new Error(String(warning)), { name: String(options.type ?? 'Warning') })
    if (options.code !== undefined) Object.assign(error, { code: options.code })
    nextTick(() => {
      seat.port.log('stderr', `(node:${seat.port.pid}) ${error.name}: ${error.message}\n`)
      emitter.emit('warning', error)
    })
  }

  const nextTick = createNextTick(seat)
  const members = {
    ...MACHINE,
    argv: ['/usr/local/bin/node', ''],
    exitCode: undefined,
    pid: 0,
    ppid: 1,
    env: env.proxy,
    allowedNodeEnvironmentFlags: new Set<string>(),
    stdout: createStdout(seat, 'stdout', nextTick),
    stderr: createStdout(seat, 'stderr', nextTick),
    stdin: no('stdin', 'A simulated process has no input; give it `input` in the plan.'),
    report: no('report', HOST),
    nextTick,
    exit,
    reallyExit: exit,
    cwd: () => '/app',
    umask: () => 0o22,
    uptime: () => (elapsedMs('uptime') - startedMs) / 1000,
    hrtime,
    memoryUsage,
    constrainedMemory: () => 0,
    availableMemory: () => 1_073_741_824,
    cpuUsage: () => ({ user: 0, system: 0 }),
    resourceUsage: () => ({ userCPUTime: 0, systemCPUTime: 0, maxRSS: MEMORY.rss / 1024, fsRead: 0, fsWrite: 0 }),
    getActiveResourcesInfo: () => [],
    emitWarning,
    getuid: () => UID,
    geteuid: () => UID,
    getgid: () => UID,
    getegid: () => UID,
    getgroups: () => [UID],
    setSourceMapsEnabled: () => undefined,
    setUncaughtExceptionCaptureCallback: no('setUncaughtExceptionCaptureCallback', "Listen to 'uncaughtException'."),
    hasUncaughtExceptionCaptureCallback: () => false,
    kill: no('kill', 'Let the plan stop or crash a process, or call process.exit().'),
    abort: no('abort', 'Call process.exit(), or let the plan crash the process.'),
    dlopen: no('dlopen', 'Native addons have threads and clocks of their own.'),
    binding: no('binding', 'Internals of Node have no virtual form.'),
    _linkedBinding: no('_linkedBinding', 'Internals of Node have no virtual form.'),
    chdir: no('chdir', HOST),
    loadEnvFile: no('loadEnvFile', 'Give the environment in the plan.'),
    setuid: no('setuid', HOST),
    setgid: no('setgid', HOST),
  }
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(emitter, name, { value, writable: true, enumerable: true, configurable: true })
  const exitCodes = {
    get: () => exitCode,
    set: (code: unknown) => {
      exitCode = code === undefined || code === null ? undefined : Number(code)
    },
  }
  Object.defineProperty(emitter, 'exitCode', { ...exitCodes, enumerable: true, configurable: true })
  Object.defineProperty(emitter, 'pid', { get: () => seat.port.pid, enumerable: true, configurable: true })
  Object.defineProperty(emitter, Symbol.toStringTag, { value: 'process', configurable: true })

  const emit = (event: string, ...args: unknown[]) => {
    const heard = emitter.listenerCount(event) > 0
    if (heard) run(seat.port, () => emitter.emit(event, ...args))
    return heard
  }
  return {
    process: emitter as unknown as NodeJS.Process,
    env,
    emit,
    survives(kind, error, promise) {
      if (kind === 'rejection' && emit('unhandledRejection', error, promise)) return true
      const origin = kind === 'rejection' ? 'unhandledRejection' : 'uncaughtException'
      emit('uncaughtExceptionMonitor', error, origin)
      return emit('uncaughtException', error, origin)
    },
    get exitCode() {
      return exitCode
    },
    reset(entry) {
      emitter.removeAllListeners()
      ;(emitter as unknown as { argv: string[] }).argv = ['/usr/local/bin/node', entry]
      exitCode = undefined
      exiting = false
      startedMs = seat.port.nowMs('uptime')
      env.fill(seat.port.env)
    },
  }
}
