/** Makes docs/fidelity.md from the headers of the handlers and the list of explained differences. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Codes, codes, type Reach } from '../conformance/codes.ts'
import { type Explained, explained } from '../conformance/explained.ts'
import type { Served } from '../harness/model/releases.ts'

const handlers = new URL('../harness/model/handlers/', import.meta.url)
export const page = new URL('../docs/fidelity.md', import.meta.url)

const intro = `# Would a real cluster do that?

The built-in cluster imitates Apache Kafka 3.9. It is compared with it: generated sequences of requests, of sensible clients and of hostile
ones, are sent to the model and to Apache Kafka 3.9.2, and every answer is compared field by field. \`npm run conformance -- --release 3.9.2
--sequences 1000 --seed 1\` does so on your machine, with Java 17 and Maven; what differed once is kept and asked again in every test run.

Under each API stand the errors that it answers. Those in the first line are compared: generated sequences come to them on one broker, or, where it
says so, on three, one of which is killed. The others are not, as no such sequence comes to them on a real cluster, for the reason that is given.

This page is made from the headers of the handlers by \`npm run fidelity\`.

## Where it differs on purpose
`

/** Which errors it answers, which of them are compared, and why the others are not. */
function codesOf(api: Served): string {
  const all = Object.entries(codes[api] satisfies Codes) as readonly (readonly [string, Reach])[]
  const said = ([error, reach]: readonly [string, Reach]): string => {
    const only = reach.only ?? ('on' in reach ? reach.as : undefined)
    return only === undefined ? error : `${error} (${only} only)`
  }
  const on = (brokers: 1 | 3): string =>
    all
      .filter(([, reach]) => 'on' in reach && reach.on === brokers)
      .map(said)
      .join(', ')
  const [onOne, onThree] = [on(1), on(3)]
  const compared = [onOne, ...(onThree === '' ? [] : [`on three brokers ${onThree}`])].filter((some) => some !== '')
  const reasons = new Map<string, string[]>()
  for (const one of all) {
    const [, reach] = one
    if ('why' in reach) reasons.set(reach.why, [...(reasons.get(reach.why) ?? []), said(one)])
  }
  const rest = [...reasons].map(([why, errors]) => `- ${errors.join(', ')}: takes ${why}.`)
  return [
    `**Errors that are compared:** ${compared.length === 0 ? 'none' : compared.join('; ')}.`,
    ...(rest.length === 0 ? [] : [`**Errors that are not:**\n\n${rest.join('\n')}`]),
  ].join('\n\n')
}

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
  const api = (name!.charAt(0).toLowerCase() + name!.slice(1)) as Served
  return `### ${name} (key ${key}), versions ${versions}\n\n${after!.replaceAll('\n', ' ')}\n\n${body}\n\n${codesOf(api)}`
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
