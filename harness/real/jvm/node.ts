/** One node of Apache Kafka as a process: started, stopped hard, frozen and thawed; what it says when it does not start. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClusterError } from '../../cluster.ts'
import { refuseTaken } from '../ports.ts'
import { type Guarded, spawnGuarded } from './guarded.ts'
import type { Installed } from './installed.ts'
import { HOST, type NodeAddress, serverProperties } from './settings.ts'
import { format, newUuid } from './storage.ts'

export interface NodeParts {
  readonly installed: Installed
  readonly template: string
  readonly nodes: readonly NodeAddress[]
  readonly node: NodeAddress
  /** What it has on its volume, its settings and its log are in there. */
  readonly folder: string
  readonly overrides: Readonly<Record<string, string>>
}

const READY = 'Kafka Server started'
const START_MS = 60_000

export class JvmNode {
  readonly address: NodeAddress
  /** Of the cluster that it belongs to, once its volume is formatted. */
  clusterId = ''
  private readonly parts: NodeParts
  private process: Guarded | undefined
  private paused = false
  private directoryId = newUuid()

  constructor(parts: NodeParts) {
    this.parts = parts
    this.address = parts.node
  }

  get isUp(): boolean {
    return this.process !== undefined
  }

  get isPaused(): boolean {
    return this.paused
  }

  /** Resolves when it says that it has started; rejects with a ClusterError when it ends before, or says nothing for too long. */
  async start(): Promise<void> {
    const { installed, template, nodes, node, folder, overrides } = this.parts
    const { java, jars } = installed
    await refuseTaken(node.port, HOST)
    await refuseTaken(node.controllerPort, HOST)
    await mkdir(folder, { recursive: true })
    const volume = join(folder, 'volume')
    await format(volume, template, { clusterId: this.clusterId, node: node.id, directoryId: this.directoryId })
    const settings = join(folder, 'server.properties')
    await writeFile(settings, serverProperties({ nodes, node, folder: volume, overrides }))
    let ready: () => void = () => {}
    const started = new Promise<void>((resolve) => {
      ready = resolve
    })
    const child = await spawnGuarded(java.command, [...FLAGS, '-cp', jars.join(':'), 'kafka.Kafka', settings], {
      cwd: folder,
      env: { PATH: process.env.PATH },
      onLine: (line) => {
        if (line.includes(READY)) ready()
      },
    })
    this.process = child
    void child.ended.then(() => {
      if (this.process === child) this.process = undefined
    })
    const outcome = await Promise.race([
      started.then(() => 'ready' as const),
      child.ended.then((how) => ({ how })),
      late(START_MS),
    ])
    if (outcome === 'ready') return
    const last = child.lastLines().findLast((line) => /ERROR|FATAL|Exception/.test(line)) ?? child.lastLines().at(-1)
    const said = last === undefined ? 'it said nothing' : `it said: ${last.trim()}`
    child.signal('SIGKILL')
    const what =
      outcome === 'late' ? `did not start within ${START_MS / 1_000} s` : `ended while it started (${outcome.how})`
    throw new ClusterError(`node ${node.id} ${what}; ${said}. Its folder: ${folder}`)
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.process
    if (child === undefined) return
    child.signal('SIGKILL')
    await child.ended
    this.paused = false
  }

  /** It has another volume when it starts again, which the controller does not know. It must be down. */
  async replaceVolume(): Promise<void> {
    await this.wipe()
    this.directoryId = newUuid()
  }

  /** Its volume is empty when it starts again, but for the id by which the controller knows it. It must be down. */
  async wipe(): Promise<void> {
    if (this.isUp) throw new ClusterError(`node ${this.address.id} is up, and can't be wiped`)
    await rm(join(this.parts.folder, 'volume'), { recursive: true, force: true })
  }

  pause(): void {
    this.process?.signal('SIGSTOP')
    this.paused = this.isUp
  }

  resume(): void {
    this.process?.signal('SIGCONT')
    this.paused = false
  }
}

const FLAGS: readonly string[] = [
  '-Xms256m',
  '-Xmx256m',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
]

function late(ms: number): Promise<'late'> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('late'), ms).unref()
  })
}
