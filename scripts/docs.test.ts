/** What the documents show is what there is: snippets are parts of files that run, excerpts are printed anew, commands and links exist. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'examples/README.md',
  'harness/README.md',
  'docs/kafkajs.md',
]

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].filter((one) => one[1] === language).map((one) => one[2]!)

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
const commands = ['list', 'matrix', 'run', 'replay', 'help']

describe.each(documents)('%s', (document) => {
  const text = read(document)

  test('TypeScript: part of an example, which trial.test.ts runs', () => {
    for (const block of blocks(text, 'ts')) {
      const [, path, code] = /^\/\/ (\S+)\n([\s\S]*)$/.exec(block) ?? []
      expect(path, `the first line of each ts block names its file: ${block}`).toBeDefined()
      expect(read(path!)).toContain(code!.trim())
    }
  })

  test('excerpts: what the command prints', () => {
    for (const block of blocks(text, 'console')) {
      const [, args, printed] = /^\$ npm run ackward -- (.+)\n([\s\S]*)$/.exec(block)!
      expect(run(args!.split(' '))).toContain(printed!.trim())
    }
  })

  test('commands exist', () => {
    for (const [, name] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name)
    for (const [, name] of text.matchAll(/(?:npx ackward|npm run ackward --) ([a-z]+)/g))
      expect(commands).toContain(name)
    for (const [, path] of text.matchAll(/(?:vitest run|--import tsx) ((?:harness|bench|scripts|examples)\/[\w./-]+)/g))
      expect(existsSync(join(root, path!)) || existsSync(join(root, `${path}.test.ts`)), path).toBe(true)
  })

  test('links lead somewhere', () => {
    for (const [, to] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
      expect(existsSync(join(root, dirname(document), to!)), to).toBe(true)
  })

  test('files that are named exist', () => {
    const names = new Set(
      readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => !/node_modules|dist\//.test(name)),
    )
    const known = [...names]
    for (const [, name] of text.matchAll(/`((?:[\w-]+\/)*[\w.-]+\.(?:ts|mjs|json))`/g)) {
      if (/NN-name|^plan\.json$|^orders/.test(name!)) continue
      expect(
        known.some((path) => path === name || path.endsWith(`/${name}`)),
        `${document} names ${name}`,
      ).toBe(true)
    }
  })
})

function run(args: readonly string[]): string {
  const { VITEST: _, NODE_ENV: __, ...env } = process.env
  try {
    return execFileSync(process.execPath, ['--import', 'tsx', 'cli/ackward.ts', ...args], {
      cwd: root,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    })
  } catch (error) {
    // A finding ends with 1.
    return String((error as { stdout?: string }).stdout)
  }
}
