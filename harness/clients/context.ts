/**
 * What the entry module of a process is started with: `export default async ({ kafka, effects }: Context) => { … }`. Types for users,
 * and what makes one for a process.
 */
import type { Kafka } from 'kafkajs'
import type { Json } from '../plan/plan.ts'
import type { Recorder } from '../sim/port.ts'
import { type Effects, processEffects } from './effects.ts'
import type { EffectsPort } from './effects-port.ts'
import { Input, type InputFeed, type InputMessage } from './input.ts'

export interface Context<Config = Json> {
  /** Bound to the cluster; the options are `client` of the configuration. A `new Kafka({ brokers })` of your own works as well. */
  readonly kafka: Kafka
  /** Stands for your database. It outlives the process. */
  readonly effects: Effects
  /** What the application is told to send, where it is a producer. Ends when there is no more to come. */
  readonly input: AsyncIterable<InputMessage>
  /** 0, 1, … among the processes that run the same entry module. */
  readonly instance: number
  readonly env: Readonly<Record<string, string>>
  readonly config: Config
  /**
   * The lines of a file of the workload, from line `from` on (the first is 0): those that are there and those that are still to come. Ends
   * when there is no more to come. The file outlives the process; where it had got to does not.
   */
  lines(file: string, from?: number): AsyncIterable<InputMessage>
}

/** What an entry module may return. `stop` is what a clean stop calls, as SIGTERM would. */
export interface Running {
  stop(): Promise<void> | void
}

// biome-ignore lint/suspicious/noConfusingVoidType: an entry module may as well return nothing
export type Start<Config = Json> = (context: Context<Config>) => Promise<Running | void> | Running | void

export interface ContextOf {
  /** Its name; also the client id. */
  readonly process: string
  readonly instance: number
  readonly env: Readonly<Record<string, string>>
  readonly config: Json
  /** `host:port` of every broker. */
  readonly brokers: readonly string[]
  /** The process' own copy of the module, instrumented. */
  readonly kafkajs: typeof import('kafkajs')
  readonly recorder: Recorder
  readonly effects: EffectsPort
  /** Feeds the lines of a file, from line `from` on, for as long as the process lives. */
  openFile(file: string, from: number, feed: InputFeed): void
}

export function createContext(of: ContextOf): { readonly context: Context; readonly input: InputFeed } {
  const input = new Input(of.recorder)
  const kafka = new of.kafkajs.Kafka({
    brokers: [...of.brokers],
    clientId: of.process,
    // kafkajs' own default (INFO) writes a line for every step, and nobody reads them: a search is thousands of runs.
    logLevel: of.kafkajs.logLevel.ERROR,
    ...clientOptions(of.config),
  })
  return {
    context: {
      kafka,
      effects: processEffects(of.effects, of.recorder),
      input,
      instance: of.instance,
      env: of.env,
      config: of.config,
      lines: (file, from = 0) => {
        if (!Number.isSafeInteger(from) || from < 0)
          throw new TypeError(`lines: ${file} cannot be read from line ${from}: lines are counted 0, 1, 2, …`)
        const lines = new Input(of.recorder)
        of.openFile(String(file), from, lines)
        return lines
      },
    },
    input,
  }
}

function clientOptions(config: Json): object {
  const client = typeof config === 'object' && config !== null && 'client' in config ? config.client : undefined
  return typeof client === 'object' && client !== null ? client : {}
}
