/** The Java runtime that Apache Kafka is started with: that of JAVA_HOME, or the one on the path. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ClusterError } from '../../cluster.ts'

export interface Java {
  readonly command: string
  /** 17 of `openjdk version "17.0.15"`. */
  readonly version: number
}

/** Brokers of Kafka 4 need 17; 3.9 is content with it. */
const OLDEST = 17

const run = promisify(execFile)

/** Rejects with a ClusterError that says what is missing and what to do. */
export async function findJava(env: Readonly<Record<string, string | undefined>> = process.env): Promise<Java> {
  const home = env.JAVA_HOME
  const command = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java')
  let told: string
  try {
    // It tells its version on stderr.
    told = (await run(command, ['-version'], { timeout: 30_000, env: { ...env } })).stderr
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'was not found' : `does not run: ${firstLine(message)}`
    throw new ClusterError(`${command} ${why}. ${remedy}`)
  }
  const version = Number(/version "(?:1\.)?(\d+)/.exec(told)?.[1] ?? 0)
  if (version < OLDEST) throw new ClusterError(`${command} is ${firstLine(told)}, which is too old. ${remedy}`)
  return { command, version }
}

const remedy = `Install a Java runtime, ${OLDEST} or later, or name one by JAVA_HOME.`

export const firstLine = (text: string): string => text.trim().split('\n')[0] ?? ''
