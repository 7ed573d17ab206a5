// Makes what is published: plain JavaScript with its types in dist/, and the few files that are not compiled.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

rmSync(join(root, 'dist'), { recursive: true, force: true })
execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' })
cpSync(join(root, 'scenarios/search/worker.mjs'), join(root, 'dist/scenarios/search/worker.mjs'))
cpSync(join(root, 'scenarios/regressions'), join(root, 'dist/scenarios/regressions'), { recursive: true })
chmodSync(join(root, 'dist/cli/ackward.js'), 0o755)
