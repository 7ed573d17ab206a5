/** Steps of sequences that are written by hand. */
import { name, type Send, type Template } from './sequence.ts'

export const send = (api: Send['api'], version: number, body: Send['body'], as?: string): Send => {
  return { connection: 0, api, version, body, ...(as !== undefined && { as }) }
}
export const topic = (of: string, configs: Template = [], numPartitions = 2): Template => {
  return { name: name(of), numPartitions, replicationFactor: 1, assignments: [], configs }
}
export const create = (...topics: readonly Template[]): Send => send('createTopics', 7, { topics, timeoutMs: 30_000 })
export const noId = 'AAAAAAAAAAAAAAAAAAAAAA'
