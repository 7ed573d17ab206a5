/** The inputs of a run: what the harness wrote into topics, with its place in the log, and what it handed to processes. */
import type { ByWhat, OpOf } from './by-what.ts'
import { type LogRecord, type Logs, recordsAt } from './log.ts'
import { offsetOf } from './offset.ts'

export interface Written {
  readonly message: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Where the cluster appended it, or, where that is not seen, where the harness says that it wrote it. */
  readonly op: number
  readonly record: LogRecord | undefined
}

export function writtenInputs(byWhat: ByWhat, logs: Logs): readonly Written[] {
  return byWhat.of('written').map(({ index, body: { topic, partition, offset, message } }) => {
    const at = offsetOf(offset)
    let record: LogRecord | undefined
    for (const log of logs.of(topic, partition)) {
      for (const candidate of recordsAt(log, at)) if (candidate.message === message) record = candidate
    }
    return { message, topic, partition, offset: at, op: record?.op ?? index, record }
  })
}

/** By message. Each is handed over once, whatever becomes of the process. */
export function handedInputs(byWhat: ByWhat): ReadonlyMap<string, OpOf<'input'>> {
  const handed = new Map<string, OpOf<'input'>>()
  for (const op of byWhat.of('input')) handed.set(op.body.message, op)
  return handed
}
