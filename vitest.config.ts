import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts'],
    pool: 'forks',
    // modules are loaded once per worker, not once per file: no test changes what a module holds
    isolate: false,
    // half of them wait for processes of their own
    maxWorkers: 2,
    // a busy machine is no failure
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
