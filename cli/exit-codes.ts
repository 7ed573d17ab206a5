/** How ackward ends, for scripts. Printed by --help. */
import type { Outcome, Report } from '../reports/report.ts'

export const exitCodes = { held: 0, violated: 1, unknown: 2, usage: 64, ownFault: 70 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitCodesHelp = `
Exit codes:
  0   held: what was asked for held in every run; matrix: all came out as expected
  1   violated: something broke it; the report says what, when and how to replay it
  2   unknown: not decided, or stopped by Ctrl-C before anything was found
  64  usage: the command, a plan or a token is wrong; one line says what to do
  70  ackward's own fault, which is never reported as a finding`

export const exitCodeOf = ({
  verdict,
  ownFault,
}: { readonly verdict: Outcome } & Pick<Report, 'ownFault'>): ExitCode =>
  ownFault === undefined ? exitCodes[verdict] : exitCodes.ownFault
