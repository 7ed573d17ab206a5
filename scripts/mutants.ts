/**
 * Mutation testing of the ground that everything stands on: breaks the model or the kernel on purpose, one way at a time, in a copy of
 * the checkout, and tells whether the default scenarios notice (`--unit`: whether the unit tests of the patched rooms do).
 *
 *     npm run mutants -- [name…] [--runs 300] [--copies 1] [--seed ackward] [--seconds 300] [--unit] [--no-matrix] [--check] [--keep]
 *
 * A name may be the beginning of one. **caught**: `ackward matrix` itself says so: our own fault, a row that is not as expected, two
 * runs that differ, an entry that does not start, no end. **seen**: no row changes its outcome, but something is told that is not without the
 * patch. **missed**: nothing is told. With `--no-matrix` only the unit tests are asked.
 * Exit 1 where a patch no longer fits, which `--check` looks at without any run.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type FindingId, findingName } from '../scenarios/search/finding.ts'
import { mutants } from './mutants/list.ts'
import { type Mutant, type Patched, patch } from './mutants/mutant.ts'

/** Of `ackward matrix --json`, what is read here. */
interface Matrix {
  readonly rows: readonly Row[]
}
interface Row {
  readonly scenario: string
  readonly promise: string
  readonly findings: readonly Broken[]
  readonly beside: readonly Broken[]
  readonly unknown: readonly { readonly why: string; readonly runs: number }[]
  readonly expected: readonly string[]
  readonly known: readonly string[]
  readonly asExpected: boolean
  readonly ownFault?: string
  readonly hash: string
}
interface Broken extends FindingId {
  readonly runs: number
}
/** Of vitest's JSON report, what is read here. */
interface Tested {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[]
  }[]
}
interface Verdict {
  readonly is: 'caught' | 'seen' | 'missed' | 'untried'
  readonly by: readonly string[]
}

const { values: options, positionals: names } = parseArgs({
  allowNegative: true,
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '300' },
    copies: { type: 'string', default: '1' },
    seed: { type: 'string', default: 'ackward' },
    seconds: { type: 'string', default: '300' },
    unit: { type: 'boolean', default: false },
    matrix: { type: 'boolean', default: true },
    check: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})
const untried: Verdict = { is: 'untried', by: [] }
/** For the matrix, and again for the unit tests: the slowest mutants shrink findings in every row. */
const limitMs = Number(options.seconds) * 1_000

const root = join(import.meta.dirname, '..')
const chosen = mutants.filter(({ name }) => names.length === 0 || names.some((one) => name.startsWith(one)))
const copy = checkout()
try {
  // All of them, before minutes are spent on the first.
  const patches = chosen.map((mutant) => ({
    mutant,
    files: patch(mutant, (file) => readFileSync(join(copy, file), 'utf8')),
  }))
  if (options.check) console.log(`${chosen.length} patches fit`)
  else tryAll(patches)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  if (!options.keep) rmSync(copy, { recursive: true, force: true })
}

function tryAll(patches: readonly { readonly mutant: Mutant; readonly files: Patched }[]): void {
  console.log(`${patches.length} mutants, ${options.runs} runs for each row, seed ${options.seed}, in ${copy}`)
  const calm = options.matrix ? matrix() : { rows: [] }
  if (typeof calm === 'string') throw new Error(`without any patch: ${calm}`)
  for (const row of calm.rows.filter(({ asExpected }) => !asExpected)) {
    console.log(`without any patch ${nameOf(row)} is not as expected: ${[...tellsOf(row).values()].join('; ')}`)
  }
  const table: string[] = []
  for (const { mutant, files } of patches) {
    const started = performance.now()
    for (const [file, { patched }] of files) writeFileSync(join(copy, file), patched)
    const verdict = options.matrix ? compare(calm, matrix()) : untried
    const unit = options.unit ? `  unit tests: ${unitTests(mutant)}` : ''
    for (const [file, { original }] of files) writeFileSync(join(copy, file), original)
    console.log(`\n${mutant.name}: ${mutant.what} (${Math.round((performance.now() - started) / 1_000)} s)`)
    for (const line of verdict.by) console.log(`  ${line}`)
    table.push(`${mutant.name.padEnd(34)}${verdict.is.padEnd(8)}${unit}`)
  }
  console.log(`\n${table.join('\n')}`)
}

function checkout(): string {
  const to = mkdtempSync(join(tmpdir(), 'ackward-mutants-'))
  const without = new Set(['node_modules', '.git', 'dist', '.ackward'])
  cpSync(root, to, { recursive: true, filter: (from) => from === root || !without.has(basename(from)) })
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'))
  return to
}

/** The document, or how the command ended without one. */
function matrix(): Matrix | string {
  const { runs, seed, copies } = options
  const args = ['--import', 'tsx', 'cli/ackward.ts', 'matrix', '--json', '--runs', runs, '--seed', seed]
  if (copies !== '1') args.push('--copies', copies)
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    timeout: limitMs,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 28,
  })
  if (signal !== null) return `no end after ${options.seconds} s`
  if (stdout.trimStart().startsWith('{')) return JSON.parse(stdout) as Matrix
  const said = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^ackward: +\d+ %|Warning|--trace-warnings/.test(line))
  return `exit ${status}: ${said.slice(0, 3).join(' ')}`
}

function compare(calm: Matrix, broken: Matrix | string): Verdict {
  if (typeof broken === 'string') return { is: 'caught', by: [broken] }
  const loud = new Map<string, Tell>()
  const quiet = new Map<string, Tell>()
  for (const [index, row] of broken.rows.entries()) {
    const before = calm.rows[index]!
    const fell = !row.asExpected && before.asExpected
    if (fell) for (const [key, words] of tellsOf(row)) add(loud, key, words, row)
    const known = asideOf(before)
    for (const [key, words] of asideOf(row)) if (!known.has(key)) add(quiet, key, words, row)
    if (!fell && row.unknown.length > before.unknown.length)
      add(quiet, 'unknown', `unknown: ${short(row.unknown[0]!.why)}`, row)
  }
  const moved = broken.rows.filter(({ hash }, index) => hash !== calm.rows[index]!.hash).length
  if (loud.size === 0 && quiet.size === 0)
    return { is: 'missed', by: [`traces differ in ${moved} of ${broken.rows.length} rows`] }
  const told = (tells: Map<string, Tell>, how: string) =>
    [...tells.values()].map(({ words, rows }) => `${how}${words} [${rows.join(', ')}]`)
  return { is: loud.size > 0 ? 'caught' : 'seen', by: [...told(loud, ''), ...told(quiet, 'beside: ')] }
}

/** One thing that is told, by one row or many: the words are those of the first. */
interface Tell {
  readonly words: string
  readonly rows: string[]
}

function add(tells: Map<string, Tell>, key: string, words: string, row: Row): void {
  const known = tells.get(key)
  if (known === undefined) tells.set(key, { words, rows: [nameOf(row)] })
  else known.rows.push(nameOf(row))
}

/** Why a row is not as expected: key and words. */
function tellsOf({ ownFault, findings, unknown, expected, known }: Row): Map<string, string> {
  if (ownFault !== undefined) return new Map([['own fault', `own fault: ${short(ownFault)}`]])
  const told = new Map<string, string>()
  for (const { property, party, runs } of findings) {
    const name = findingName({ property, party })
    if (!expected.includes(name) && !known.includes(name)) told.set(name, `${property} (${party}) after ${runs} runs`)
  }
  const isFound = findings.some((one) => expected.includes(findingName(one)))
  if (expected.length > 0 && !isFound) told.set('not found', `${expected.join(' or ')} was not found`)
  for (const { why, runs } of unknown.slice(0, 1)) told.set('unknown', `unknown in ${runs} runs: ${short(why)}`)
  return told
}

/** What is told and decides nothing: key and words. */
function asideOf({ findings, beside, expected, known }: Row): Map<string, string> {
  const told = new Map<string, string>()
  for (const { property, party } of findings) {
    const name = findingName({ property, party })
    if (!expected.includes(name) && !known.includes(name)) continue
    told.set(name, `${property} (${party}), which is ${known.includes(name) ? 'known' : 'expected'}`)
  }
  for (const { property, party, runs } of beside) {
    told.set(`beside/${findingName({ property, party })}`, `${property} (${party}) in ${runs} runs`)
  }
  return told
}

/** The rooms of the patched files: `harness/model`, not one file's own test only, as the others there lean on it. */
function unitTests({ edits }: Mutant): string {
  const roomOf = (file: string): string => file.split('/', file.startsWith('harness/') ? 2 : 1).join('/')
  const rooms = [...new Set(edits.map(({ file }) => roomOf(file)))]
  const { status, signal, stdout } = spawnSync('npx', ['vitest', 'run', '--reporter=json', ...rooms], {
    cwd: copy,
    encoding: 'utf8',
    timeout: limitMs,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 28,
  })
  if (signal !== null) return `no end after ${options.seconds} s`
  if (status === 0) return `passed (${rooms.join(', ')})`
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Tested
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ title }) => `${basename(name)}: ${title}`),
  )
  return `${failed.length} failed (${rooms.join(', ')}), first ${failed[0]}`
}

function nameOf({ scenario, promise }: Row): string {
  return `${scenario} ${promise}`
}

function short(text: string): string {
  return text.length > 220 ? `${text.slice(0, 220)} …` : text
}
