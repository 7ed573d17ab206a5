import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { spawnGuarded } from './guarded.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const options = { cwd: here, env: { PATH: process.env.PATH } }

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function until(condition: () => boolean): Promise<boolean> {
  for (let left = 200; left > 0; left--) {
    if (condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return false
}

it('tells what the child writes, on either stream, and how it ended', async () => {
  const lines: string[] = []
  const child = await spawnGuarded('/bin/sh', ['-c', 'echo one; echo two >&2; exit 7'], {
    ...options,
    onLine: (line) => lines.push(line),
  })
  expect(await child.ended).toBe('code 7')
  expect(await until(() => lines.length === 2)).toBe(true)
  expect(lines).toEqual(['one', 'two'])
  expect(child.lastLines()).toEqual(lines)
})

it('is killed, paused and resumed as one process', async () => {
  const child = await spawnGuarded('/bin/sleep', ['1000'], { ...options, onLine() {} })
  child.signal('SIGSTOP')
  child.signal('SIGCONT')
  expect(isAlive(child.pid)).toBe(true)
  child.signal('SIGKILL')
  expect(await child.ended).toBe('SIGKILL')
  expect(isAlive(child.pid)).toBe(false)
  child.signal('SIGKILL')
})

it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('does not outlive who spawned it, killed by %s', async (signal) => {
  const script = `
    import { spawnGuarded } from ${JSON.stringify(new URL('guarded.ts', import.meta.url).href)}
    const child = await spawnGuarded('/bin/sleep', ['1000'], { cwd: '/', env: { PATH: process.env.PATH }, onLine() {} })
    console.log(child.pid)
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve) => {
    createInterface({ input: parent.stdout! }).once('line', (line) => resolve(Number(line)))
  })
  expect(isAlive(pid)).toBe(true)
  parent.kill(signal)
  expect(await until(() => !isAlive(pid))).toBe(true)
})
