import { join } from 'node:path'
import { expect, it } from 'vitest'
import { requireKafkajs } from './services.ts'
import { FakeIo } from './testing/fakes.ts'
import { UsageError } from './usage.ts'

it('takes the kafkajs of the project, or the one beside ackward', () => {
  const { cwd } = new FakeIo()
  expect(() => requireKafkajs(cwd)).not.toThrow()
  expect(() => requireKafkajs(process.cwd(), join(cwd, 'ackward.js'))).not.toThrow()
})

it('says in one line that there is none, and what to do', () => {
  const { cwd } = new FakeIo()
  const wanted = () => requireKafkajs(cwd, join(cwd, 'node_modules/ackward/dist/cli/services.js'))
  expect(wanted).toThrow(UsageError)
  expect(wanted).toThrow(/^kafkajs is not installed in \S+; ackward runs the client that you use: npm install kafkajs$/)
})
