/** The command line: what can be asked, how mistakes are told, which exit code comes out. Does nothing but call the commands. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { shown } from '../harness/plan/error.ts'
import { guarantees } from '../harness/plan/names.ts'
import { didYouMean } from '../harness/plan/nearest.ts'
import type { Guarantee } from '../harness/plan/plan.ts'
import { clean } from '../reports/words/text.ts'
import { type ExitCode, exitCodes, exitCodesHelp } from './exit-codes.ts'
import { type AskedFaults, faultsIn } from './faults.ts'
import type { Io } from './io.ts'
import { list } from './list.ts'
import { ownManifest } from './manifest.ts'
import { type MatrixArgs, matrix } from './matrix.ts'
import { tellOwnFault } from './own-fault.ts'
import { replay } from './replay.ts'
import { type RunArgs, run } from './run.ts'
import type { Services } from './services.ts'
import { isUsage, UsageError } from './usage.ts'

/** What main needs before a command runs. The services are loaded only when one does. */
export interface Providers {
  loadServices(): Promise<Services>
  /** Throws a UsageError where kafkajs is not installed. */
  requireKafkajs(cwd: string): void
}

const defaultSeed = 'ackward'
const defaultRuns = 1_000
const defaultSeconds = 75

/** `args` are the words after the command's name. */
export async function main(args: readonly string[], io: Io, providers: Providers): Promise<ExitCode> {
  let code: ExitCode = exitCodes.held
  const program = commandLine(io, async (command, needsClient = true) => {
    if (needsClient) providers.requireKafkajs(io.cwd)
    code = await command(await providers.loadServices())
  })
  try {
    if (args.length === 0) throw new UsageError('no command given: list, matrix, run or replay; see ackward --help')
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    // Help and version come as errors too; commander has written them all.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.held : exitCodes.usage
    if (isUsage(error)) {
      io.err(`ackward: ${clean(error.message)}\n`)
      return exitCodes.usage
    }
    tellOwnFault(error, io)
    return exitCodes.ownFault
  }
}

type Start = (command: (services: Services) => Promise<ExitCode>, needsClient?: boolean) => Promise<void>

function commandLine(io: Io, start: Start): Command {
  const program = new Command('ackward')
    .description(
      'Finds the interleavings in which Kafka code loses, repeats, reorders or gets stuck, and replays each from its seed.',
    )
    .version(ownManifest().version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      getOutHelpWidth: () => io.look.columns,
      getErrHelpWidth: () => io.look.columns,
      outputError: (text, write) => write(usageLine(text)),
    })
    .addHelpText(
      'after',
      examples(
        'ackward matrix',
        'ackward run commit-before --promise at-least-once',
        'ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json',
      ),
    )
    .addHelpText('after', exitCodesHelp)

  program
    .command('list')
    .description('tell which scenarios there are, what each promises and which faults it meets')
    .addHelpText('after', examples('ackward list'))
    .action(() => start((services) => list(io, services), false))

  program
    .command('matrix')
    .description(
      'search every application under every promise, in less than a minute and a half, and tell whether each came out as expected',
    )
    .addOption(seedOption())
    .addOption(new Option('--runs <n>', 'so many runs for each, however long they take').argParser(wholeNumber))
    .addOption(
      new Option('--seconds <n>', 'search for so long in all')
        .default(defaultSeconds)
        .argParser(wholeNumber)
        .conflicts('runs'),
    )
    .addOption(faultsOption())
    .addOption(copiesOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('ackward matrix', 'ackward matrix --runs 2000 --json > matrix.json'))
    .action((options: MatrixArgs) => start((services) => matrix(options, io, services)))

  program
    .command('run')
    .argument('<scenario>', 'its name, as ackward list tells it')
    .description('search one application until something breaks it, shrink that to a few lines and save it')
    .addOption(seedOption())
    .addOption(new Option('--runs <n>', 'stop after so many runs').default(defaultRuns).argParser(wholeNumber))
    .addOption(
      new Option(
        '--promise <p>',
        `what to ask for: ${guarantees.join(', ')}; without it, what the application promises`,
      ).argParser(promise),
    )
    .addOption(faultsOption())
    .addOption(copiesOption())
    .addOption(new Option('--check-determinism', 'make every run twice and compare the traces').default(false))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'ackward run commit-before',
        'ackward run commit-after --promise exactly-once --seed "any text" --runs 5000',
        'ackward run relay-transactional --faults second-instance,slow-markers,coordinator-load',
      ),
    )
    .action((scenario: string, options: Omit<RunArgs, 'scenario'>) =>
      start((services) => run({ ...options, scenario }, io, services)),
    )

  program
    .command('replay')
    .argument('<plan.json | token>', 'a saved plan, or a token as a finding has it (v1:…)')
    .description('make one run again, twice, and tell it in full: the plan, the evidence, the time line')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'ackward replay .ackward/plans/commit-before-loses-0a1b2c3d.json',
        'ackward replay v1:commit-before:at-least-once:ackward:36',
      ),
    )
    .action((what: string, { json }: { json: boolean }) => start((services) => replay({ what, json }, io, services)))

  return program
}

const seedOption = () => new Option('--seed <s>', 'any text; the same seed makes the same runs').default(defaultSeed)
const faultsOption = () =>
  new Option(
    '--faults <kinds>',
    'try these kinds of faults, with commas between them, or all under which the promise must hold (covered); without it, those of the application',
  ).argParser(faults)
const copiesOption = () =>
  new Option(
    '--copies <n>',
    'keep so many copies of each partition, on so many brokers at least; without it, one',
  ).argParser(copies)
const jsonOption = () => new Option('--json', 'print one JSON document instead of text').default(false)

function wholeNumber(text: string): number {
  const most = 1_000_000_000
  if (!/^[1-9]\d*$/.test(text) || Number(text) > most) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`)
  }
  return Number(text)
}

function copies(text: string): number {
  if (!/^[1-5]$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 5.')
  return Number(text)
}

function faults(text: string): AskedFaults {
  try {
    return faultsIn(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

function promise(text: string): Guarantee {
  const known = guarantees.find((one) => one === text)
  if (known === undefined)
    throw new InvalidArgumentError(`Unknown promise ${shown(text)}${didYouMean(text, guarantees)}`)
  return known
}

/** What commander says of a mistake, as one line of ours. */
function usageLine(text: string): string {
  const line = clean(text.trim())
    .replace(/^error: /, '')
    .replace(
      / ?\(Did you mean (one of )?(.*?)\?\)$/,
      (_, several: string | undefined, names: string) => `; did you mean ${several ?? ''}${names}?`,
    )
  return `ackward: ${line.replace(/\.$/, '')}${line.endsWith('?') ? '' : '; see ackward --help'}\n`
}

const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
