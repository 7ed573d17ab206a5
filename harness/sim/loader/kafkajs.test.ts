import { afterAll, expect, it } from 'vitest'
import { play, removeProjects, start } from './testing/fixture.ts'

afterAll(removeProjects)

it('kafkajs connects through the virtual network, and asks for the versions', async () => {
  const { port, exports } = await start({
    'a.mjs':
      "import { Kafka } from 'kafkajs'; export const connect = () => new Kafka({ brokers: ['b:9092'], clientId: 'me', logLevel: 0 }).producer().connect()",
  })
  await play(port, exports.connect as () => void, 0)
  expect(port.connections.map(({ host, port }) => `${host}:${port}`)).toEqual(['b:9092'])
  const { to, sent } = port.connections[0]!
  await play(port, () => to.connect({ host: '10.0.0.1', port: 40_000 }, { host: '10.0.0.2', port: 9092 }), 0)
  // Length 12, ApiVersions (18) version 2, correlation id 0, client id.
  expect(sent.map((bytes) => bytes.toString('hex'))).toEqual(['0000000c0012000200000000' + '00026d65'])
  expect(port.errors).toEqual([])
})

it('compresses and derives keys in events, and never looks at real time', async () => {
  const { port, exports } = await start({
    'a.mjs': `import { CompressionCodecs, CompressionTypes } from 'kafkajs'
      export const run = async () => { const gzip = CompressionCodecs[CompressionTypes.GZIP](); const bytes = await gzip.compress({ buffer: Buffer.from('abc') }); console.log(String(await gzip.decompress(bytes))) }`,
  })
  await play(port, exports.run as () => void, 0)
  expect(port.logs).toEqual([['log', 'abc']])
  expect(port.calls.filter((call) => call.startsWith('arm deferred')).length).toBe(2)
})

it('with ssl it is refused, by name', async () => {
  const { port, exports, instance } = await start({
    'a.mjs':
      "import { Kafka } from 'kafkajs'; export const connect = () => new Kafka({ brokers: ['b:9092'], ssl: true, logLevel: 0, retry: { retries: 0 } }).producer().connect().catch((e) => console.log(e.message))",
  })
  await play(port, exports.connect as () => void, 5000)
  expect(instance.refusals).toContain('tls.connect')
})
