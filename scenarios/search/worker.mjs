// The bootstrap of a thread of the pool. In a checkout the sources are TypeScript and go through tsx; a `.ts` file as the worker itself
// fails on Node 20. What is published is plain JavaScript.
import { existsSync } from 'node:fs'

// Loaded before tsx: through its hooks it takes ten times as long.
await import('vite')

const typescript = new URL('./worker.ts', import.meta.url)
if (existsSync(typescript)) {
  const { register } = await import('tsx/esm/api')
  register()
  await import(typescript.href)
} else {
  await import(new URL('./worker.js', import.meta.url).href)
}
