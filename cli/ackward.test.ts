/** The command as a process: what only a process can show. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const command = fileURLToPath(new URL('./ackward.ts', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx'))
const words = ['--import', `file://${tsx}`, command]

function ackward(...args: readonly string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'ackward-bin-'))
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words, ...args], { cwd, encoding: 'utf8' })
  const files = readdirSync(cwd)
  rmSync(cwd, { recursive: true })
  return { status, stdout, stderr, files }
}

it('prints its help and ends with 0', () => {
  const { status, stdout, stderr } = ackward('--help')
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toContain('Exit codes:')
})

it('ends with 64 and one line when it is called wrongly', () => {
  const ended = ackward('run', 'commit-before', '--sed', '5')
  expect(ended).toEqual({
    status: 64,
    stdout: '',
    stderr: "ackward: unknown option '--sed'; did you mean --seed?\n",
    files: [],
  })
})

it('writes plain text where there is no terminal', () => {
  expect(ackward('--help').stdout).not.toContain('\u001b')
})

it('does not mind a reader that has seen enough', async () => {
  const child = spawn(process.execPath, [...words, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.on('data', (data) => {
    stderr += String(data)
  })
  const status = await new Promise((resolve) => child.on('close', resolve))
  expect([status, stderr]).toEqual([0, ''])
})
