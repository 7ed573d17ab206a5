#!/usr/bin/env node
/** The command. The only file that touches the process: its words, streams, signals and exit code. */
import { fileURLToPath } from 'node:url'
import { colours, plain } from '../reports/terminal/paint.ts'
import { exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'
import { main } from './main.ts'
import { tellOwnFault } from './own-fault.ts'
import { loadServices, requireKafkajs } from './services.ts'

const { env, stdout, stderr } = process

// A reader that has seen enough (`| head`) is no fault of ours.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

// Once: a second Ctrl-C finds no listener, and kills.
const controller = new AbortController()
process.once('SIGINT', () => controller.abort())
process.once('SIGTERM', () => controller.abort())

const isDumb = env.TERM === 'dumb'
const wantsColour = env.NO_COLOR === undefined || env.NO_COLOR === ''
const forcesColour = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0'

// In a checkout there is no installed command to paste.
const isCheckout = fileURLToPath(import.meta.url).endsWith('.ts')

const io: Io = {
  cwd: process.cwd(),
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  barColumns: stderr.isTTY === true && !isDumb ? (stderr.columns ?? 80) : 0,
  nowMs: () => performance.now(),
  look: {
    paint: wantsColour && (forcesColour || (stdout.isTTY === true && !isDumb)) ? colours : plain,
    columns: Math.max(40, Math.min(stdout.columns ?? 100, 120)),
    replayLine: (what) => `${isCheckout ? 'npm run ackward --' : 'npx ackward'} replay ${what}`,
  },
  machine: `Node ${process.version} on ${process.platform} ${process.arch}`,
  signal: controller.signal,
}

// What nobody waits for, such as a thread that dies: Node would end with 1, which is for what was violated.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    tellOwnFault(error, io)
    process.exit(exitCodes.ownFault)
  })
}

const code = await main(process.argv.slice(2), io, { loadServices, requireKafkajs })

// Threads that were left behind must not keep the process; what was written must get out first.
await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))))
process.exit(code)
