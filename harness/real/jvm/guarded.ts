/**
 * A child process that does not outlive this one, however this one ends: a shell beside it reads from a pipe that only this process holds, and
 * kills the child when the kernel closes it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Guarded {
  readonly pid: number
  /** How it ended: an exit code, or the name of the signal. */
  readonly ended: Promise<string>
  /** The last lines that it wrote, oldest first. */
  lastLines(): readonly string[]
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void
}

/** `$0` and its arguments run in the background; the shell reads until there is nothing more to read. */
const SCRIPT =
  '"$0" "$@" 2>&1 </dev/null 3<&- & child=$!; echo "$child"; ' +
  '( while read -r _; do :; done; kill -9 "$child" 2>/dev/null ) <&3 & guard=$!; ' +
  'wait "$child"; code=$?; kill "$guard" 2>/dev/null; exit "$code"'

const KEPT = 200

/** `onLine` is called for each line that the child writes. */
export async function spawnGuarded(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; onLine(line: string): void },
): Promise<Guarded> {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, command, ...args], {
    cwd: options.cwd,
    env: options.env,
    // 3 is what the guard reads: nothing is ever written to it.
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    // What a terminal sends to all of its processes (Ctrl-C) is for this one to answer.
    detached: true,
  })
  const lines: string[] = []
  const pid = await new Promise<number>((resolve, reject) => {
    shell.once('error', reject)
    let known = false
    createInterface({ input: shell.stdout! }).on('line', (line) => {
      if (!known) {
        known = true
        resolve(Number(line))
        return
      }
      lines.push(line)
      if (lines.length > KEPT) lines.shift()
      options.onLine(line)
    })
  })
  return {
    pid,
    ended: endOf(shell),
    lastLines: () => lines,
    signal: (name) => {
      try {
        process.kill(pid, name)
      } catch {
        // It has ended.
      }
    },
  }
}

function endOf(shell: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    // A shell tells of a signal by 128 and its number.
    shell.once('exit', (code, signal) => resolve(signal ?? (code === 137 ? 'SIGKILL' : `code ${code}`)))
  })
}
