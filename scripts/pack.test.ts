/**
 * What is published, as a user gets it: packed, installed in an empty folder, imported under strict TypeScript, run. The registry is
 * asked for what npm has not kept since `npm ci`.
 */
import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const temporary = mkdtempSync(join(tmpdir(), 'ackward-pack-'))
const project = join(temporary, 'project')
let packed: readonly string[] = []

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Outside of this test run: nothing of its environment may reach what is tried. */
function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  const { PATH, HOME, npm_config_registry, NPM_CONFIG_USERCONFIG } = process.env
  const env = { PATH, HOME, npm_config_registry, NPM_CONFIG_USERCONFIG, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    )
  })
}

const ackward = (...args: readonly string[]) => run(join(project, 'node_modules/.bin/ackward'), args, project)
const put = (name: string, text: string) => writeFileSync(join(project, name), text)
/** What a project has beside ackward, taken from this checkout. */
function link(...names: readonly string[]): void {
  for (const name of names) {
    const to = join(project, 'node_modules', name)
    mkdirSync(join(to, '..'), { recursive: true })
    if (!existsSync(to)) symlinkSync(join(modules, name), to, 'junction')
  }
}

beforeAll(async () => {
  mkdirSync(project)
  const pack = await run('npm', ['pack', '--json', '--pack-destination', temporary], root)
  expect(pack, pack.err).toMatchObject({ code: 0 })
  // Before the document stands what the build printed.
  const [{ files }] = JSON.parse(pack.out.slice(pack.out.search(/^\[$/m))) as [{ files: { path: string }[] }]
  packed = files.map(({ path }) => path)

  put('package.json', JSON.stringify({ name: 'orders', private: true, type: 'module' }))
  const archive = join(temporary, readdirSync(temporary).find((name) => name.endsWith('.tgz'))!)
  const install = await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', archive], project)
  expect(install, install.err).toMatchObject({ code: 0 })
}, 180_000)

afterAll(() => rmSync(temporary, { recursive: true, force: true }))

test('the package has what it needs and nothing of the tests', () => {
  expect(packed).toEqual(
    expect.arrayContaining(['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts']),
  )
  expect(packed.filter((path) => path.startsWith('dist/scenarios/apps/')).length).toBeGreaterThanOrEqual(4)
  expect(packed.filter((path) => /\.test\.|testing\/|fixture|\/facts\/|\.tsx?$(?<!\.d\.ts)|\.map$/.test(path))).toEqual(
    [],
  )
})

test('without kafkajs: one line that says so, exit 64, nothing written', async () => {
  expect(await ackward('list')).toMatchObject({ code: 0, out: expect.stringContaining('commit-before') })
  const { code, out, err } = await ackward('run', 'commit-before')
  expect({ code, out }).toEqual({ code: 64, out: '' })
  expect(err).toMatch(/^ackward: kafkajs is not installed in .*: npm install kafkajs\n$/)
  expect(existsSync(join(project, '.ackward'))).toBe(false)
})

test('with kafkajs: the command finds, saves and replays', async () => {
  link('kafkajs')
  expect(await run('npx', ['--no-install', 'ackward', 'list'], project)).toMatchObject({ code: 0 })

  const found = await ackward('run', 'commit-before', '--promise', 'at-least-once', '--runs', '300', '--json')
  expect(found, found.err).toMatchObject({ code: 1 })
  const { verdict, findings } = JSON.parse(found.out)
  expect(verdict).toBe('violated')
  expect(findings[0]).toMatchObject({ property: 'effects-at-least-once', party: 'application' })

  const [plan] = readdirSync(join(project, '.ackward/plans'))
  const replayed = await ackward('replay', `.ackward/plans/${plan}`)
  const saved = JSON.parse(readFileSync(join(project, '.ackward/plans', plan!), 'utf8')).saved
  expect(replayed, replayed.err).toMatchObject({ code: 1 })
  expect(replayed.out).toContain(`${saved.traceHash}, the same twice`)
})

test('its types hold under strict TypeScript', async () => {
  link('kafkajs', '@types/node')
  put(
    'use.ts',
    `import { type Context, judge, parsePlan, type Plan, properties, scenarios, trial, type TrialOptions } from 'ackward'
     const plan: Plan = parsePlan('{}', 'a plan')
     export const names: readonly string[] = [...properties, ...scenarios].map(({ name }) => name)
     export default ({ kafka, effects }: Context) => void effects.apply('x', kafka.producer().events.CONNECT)
     const options: TrialOptions<{ id: string }> = {
       topics: { orders: { partitions: 3 } },
       processes: { consumer: { entry: new URL('./orders.ts', import.meta.url) } },
       workload: { topic: 'orders', count: 10, value: (i) => ({ id: \`o\${i}\` }), id: (order) => order.id },
       faults: ['crash'],
       promises: 'at-least-once',
     }
     trial('a trial', options)
     // @ts-expect-error: no such promise
     trial('another', { ...options, promises: 'at-leats-once' })
     export { judge, plan }\n`,
  )
  const options = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: false,
  }
  put(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { ...options, exactOptionalPropertyTypes: true }, files: ['use.ts'] }),
  )
  const checked = await run(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', project], project)
  expect(checked.out).toBe('')
  expect(checked.code).toBe(0)
})

test('a trial of its own under vitest', async () => {
  link('kafkajs', 'vitest')
  put('orders.js', APPLICATION)
  put('orders.test.js', TRIAL)
  const tried = await run(process.execPath, [join(modules, 'vitest/vitest.mjs'), 'run'], project)
  expect(tried.out + tried.err).toContain('Violated: effects-at-least-once, by the application')
  expect(tried.out + tried.err).toMatch(
    /ACKWARD_REPLAY=\.ackward\/plans\/\S+\.json npx vitest run orders\.test\.js -t 'every order'/,
  )
  expect(tried.code).toBe(1)
})

const APPLICATION = `
  export default async ({ kafka, effects }) => {
    const consumer = kafka.consumer({ groupId: 'orders', sessionTimeout: 6000, heartbeatInterval: 1000 })
    await consumer.connect()
    await consumer.subscribe({ topic: 'orders', fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])
        await effects.apply(JSON.parse(String(message.value)).id)
      },
    })
  }`

const TRIAL = `
  import { trial } from 'ackward'
  trial('every order', {
    topics: { orders: { partitions: 1 } },
    processes: { consumer: { entry: new URL('./orders.js', import.meta.url) } },
    workload: { topic: 'orders', count: 4, value: (i) => ({ id: 'o' + i }), id: (order) => order.id },
    faults: ['crash'],
    promises: 'at-least-once',
    runs: 40,
  })`
