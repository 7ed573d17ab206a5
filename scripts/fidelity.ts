/** Makes docs/fidelity.md from the headers of the handlers and the list of explained differences. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Explained, explained } from '../conformance/explained.ts'

const handlers = new URL('../harness/model/handlers/', import.meta.url)
export const page = new URL('../docs/fidelity.md', import.meta.url)

const intro = `# Would a real cluster do that?

The built-in cluster imitates Apache Kafka 3.9. It is compared with it: generated sequences of requests, of sensible clients and of hostile
ones, are sent to the model and to Apache Kafka 3.9.2, and every answer is compared field by field. \`npm run conformance -- --release 3.9.2
--sequences 1000 --seed 1\` does so on your machine, with Java 17 and Maven; what differed once is kept and asked again in every test run.

This page is made from the headers of the handlers by \`npm run fidelity\`.

## Where it differs on purpose
`

/** The first comment of a handler: paragraphs and lists, as they are written there. */
export function headerOf(source: string): string {
  const comment = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(source)?.[1]
  if (comment === undefined) throw new Error('it does not begin with a comment')
  return comment
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, ''))
    .join('\n')
}

function sectionOf(file: string): string {
  const header = headerOf(readFileSync(new URL(file, handlers), 'utf8'))
  const match = /^(\w+) \(key (\d+)\), versions (\d+–\d+)\. ([\s\S]*?)\n\n([\s\S]*)$/.exec(header)
  if (match === null) throw new Error(`${file}: its header does not say API, key and versions`)
  const [, name, key, versions, after, rest] = match
  const body = rest!
    .replace(/^Behaviour$/m, '**Behaviour**\n')
    .replace(/^Version notes$/m, '**Version notes**\n')
    .replace(/^NOT modelled: /m, '**Not modelled:** ')
  return `### ${name} (key ${key}), versions ${versions}\n\n${after!.replaceAll('\n', ' ')}\n\n${body}`
}

function differences(): string {
  const rows: readonly Explained[] = Object.values(explained)
  return rows.map(({ what, why }) => `- **${what[0]!.toUpperCase()}${what.slice(1)}.** Why: ${why}.`).join('\n')
}

export function made(): string {
  const files = readdirSync(handlers)
    .filter((file) => /^\d\d-[\w-]+\.ts$/.test(file) && !file.endsWith('.test.ts'))
    .sort()
  return `${intro}\n${differences()}\n\n## What it serves\n\n${files.map(sectionOf).join('\n\n')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, made())
