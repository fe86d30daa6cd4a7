import { defineConfig } from 'vitest/config'

/** Soaks, long chaos rounds and whatever needs a program from outside npm. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 20 * 60_000,
    hookTimeout: 5 * 60_000,
  },
})
