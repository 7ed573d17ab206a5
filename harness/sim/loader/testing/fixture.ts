/** For tests: a project in a folder of its own, and a process that runs it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run as guarded } from '../../virtual/seat.ts'
import { FakePort } from '../../virtual/testing/fake-port.ts'
import type { Instance } from '../instance.ts'
import type { Namespace } from '../interop.ts'
import { type ProgramOptions, prepare } from '../program.ts'
import { Slot, type SlotOptions, type StartOptions } from '../slot.ts'

export const KAFKAJS = realpathSync(fileURLToPath(new URL('../../../../node_modules/kafkajs', import.meta.url)))

const folders: string[] = []

/** Files by name, with `kafkajs` beside them. */
export function project(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ackward-loader-')))
  folders.push(root)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  symlinkSync(KAFKAJS, join(root, 'node_modules/kafkajs'))
  return root
}

export function removeProjects(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export interface Started {
  readonly root: string
  readonly port: FakePort
  readonly slot: Slot
  readonly instance: Instance
  /** What the entry module exports. Rejects with what it throws. */
  readonly exports: Namespace
}

interface Options extends SlotOptions, Partial<StartOptions>, Partial<ProgramOptions> {
  readonly entry?: string
  readonly port?: FakePort
  readonly slot?: Slot
}

/** Prepares and evaluates the first file (or `entry`), as an event, until nothing is left to happen at that instant. */
export async function start(files: Record<string, string>, options: Options = {}): Promise<Started> {
  const root = project(files)
  const {
    entry = Object.keys(files)[0]!,
    port = new FakePort(),
    slot = new Slot(options),
    run = 1,
    pooled = [],
  } = options
  const program = await prepare(join(root, entry), { ...options, root })
  const instance = slot.start(program, port, { run, pooled })
  let evaluated: Promise<Namespace> = Promise.reject(new Error('not started'))
  evaluated.catch(() => undefined)
  await port.event(() => {
    evaluated = instance.evaluate()
    evaluated.catch(() => undefined)
  })
  await port.run(port.clockMs)
  const unsettled = new Promise<never>((_, reject) =>
    setTimeout(reject, 1000, new Error('the entry module is still waiting')),
  )
  return { root, port, slot, instance, exports: await Promise.race([evaluated, unsettled]) }
}

/** Runs `work` as an event of the process, and what follows from it, until then. */
export async function play(port: FakePort, work: () => unknown, untilMs?: number): Promise<void> {
  await port.event(() => guarded(port, work))
  await port.run(untilMs)
}
