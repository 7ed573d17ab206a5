import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { ackward: fileURLToPath(new URL('./index.ts', import.meta.url)) } },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', 'examples/**'],
    pool: 'forks',
    maxWorkers: 2,
    // A busy machine is slow, and what hangs is ended all the same.
    testTimeout: 180_000,
  },
})
