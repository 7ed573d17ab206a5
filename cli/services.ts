/** What commands are built on, loaded only when one runs: --help needs none of it. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Statement } from '../scenarios/matrix/index.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import type { Search } from '../scenarios/search/types.ts'
import { UsageError } from './usage.ts'

export interface Searching extends Search {
  /** Ends its threads. */
  close(): Promise<void>
}

export interface Services {
  readonly scenarios: readonly Scenario[]
  readonly matrixRows: readonly Statement[]
  /** `root` is what entry modules of plans are relative to. */
  open(root: string): Searching
}

export async function loadServices(): Promise<Services> {
  const [{ scenarios }, { matrixRows }, { Searcher }] = await Promise.all([
    import('../scenarios/index.ts'),
    import('../scenarios/matrix/index.ts'),
    import('../scenarios/search/index.ts'),
  ])
  return {
    scenarios,
    matrixRows,
    open: (root) => new Searcher({ root }),
  }
}

/** kafkajs is an optional peer: it is the user's, found from where they stand or beside ackward. */
export function requireKafkajs(cwd: string, beside = import.meta.url): void {
  const places = [join(cwd, 'package.json'), beside]
  if (places.some((from) => isFound('kafkajs', from))) return
  throw new UsageError(`kafkajs is not installed in ${cwd}; ackward runs the client that you use: npm install kafkajs`)
}

function isFound(name: string, from: string): boolean {
  try {
    createRequire(from).resolve(name)
    return true
  } catch {
    return false
  }
}
