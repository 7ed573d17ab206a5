// Makes what is published: plain JavaScript of everything but tests, and the types of what index.ts exports, in dist/.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
const compile = (...args) => execFileSync(process.execPath, [tsc, '-p', ...args], { cwd: root, stdio: 'inherit' })

rmSync(dist, { recursive: true, force: true })
compile('tsconfig.build.json')
compile('tsconfig.types.json')
pruneTypes()
// The bootstrap of the pool's threads is JavaScript already.
cpSync(join(root, 'scenarios/search/worker.mjs'), join(dist, 'scenarios/search/worker.mjs'))
chmodSync(join(dist, 'cli/ackward.js'), 0o755)

/** The compiler writes the types of every file that it met; a user needs those that index.d.ts leads to. */
function pruneTypes() {
  const needed = new Set()
  const visit = (file) => {
    if (needed.has(file)) return
    needed.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, to] of text.matchAll(/(?:from|import\()\s*["'](\.[^"']+)\.[jt]s["']/g))
      visit(join(dirname(file), `${to}.d.ts`))
  }
  visit(join(dist, 'index.d.ts'))
  for (const name of readdirSync(dist, { recursive: true }))
    if (name.endsWith('.d.ts') && !needed.has(join(dist, name))) rmSync(join(dist, name))
}
