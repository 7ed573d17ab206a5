import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** In a project of your own none of this is needed: `ackward` is then a package like any other. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { alias: { ackward: fileURLToPath(new URL('../index.ts', import.meta.url)) } },
  test: { include: ['**/*.test.ts'] },
})
