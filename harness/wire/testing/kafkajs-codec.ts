/** For tests: the inside of kafkajs, which has no types of its own. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
// biome-ignore lint/suspicious/noExplicitAny: kafkajs' inside has no types
export const load = (path: string): any => require(`kafkajs/src/${path}`)
const { requests } = load('protocol/requests/index')

export interface Definition {
  versions: string[]
  protocol(of: { version: string }): (args: unknown) => {
    request: { apiKey: number; apiVersion: number; encode(): Promise<{ buffer: Buffer }> }
    // biome-ignore lint/suspicious/noExplicitAny: as above
    response: { decode(bytes: Buffer): Promise<any> }
  }
}

const apiName = (name: string) => (name === 'GroupCoordinator' ? 'FindCoordinator' : name)
/** By the name that Kafka gives the API. */
export const definitions = (Object.entries(requests) as [string, Definition][])
  .filter(([, definition]) => definition.versions.length > 0)
  .map(([name, definition]) => ({ name: apiName(name), definition }))

export function definitionOf(name: string): Definition {
  return definitions.find((candidate) => candidate.name === name)!.definition
}

/** Fields that are given only where the version has them, as they aren't ignorable. */
export const since = <T extends object>(has: boolean, fields: T) => (has ? fields : ({} as Partial<T>))
