/** `ackward list`: which scenarios there are. */
import { paragraph } from '../reports/terminal/layout.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'
import type { Services } from './services.ts'

export async function list(io: Io, { scenarios }: Pick<Services, 'scenarios'>): Promise<ExitCode> {
  const lines = scenarios.flatMap(({ name, summary, promise, faults }) => [
    ...paragraph(io.look, name, 0, 'bold'),
    ...paragraph(io.look, summary, 2),
    ...paragraph(io.look, `promises ${promise}; faults: ${faults.join(', ')}`, 2, 'dim'),
  ])
  io.out(`${lines.join('\n')}\n`)
  return exitCodes.held
}
