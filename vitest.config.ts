import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Stories first: the largest files come first otherwise, and a small one that takes a minute would run alone in the end. */
class StoriesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isStory = ({ moduleId }: TestSpecification) => moduleId.includes('/test/stories/')
    return [...sorted.filter(isStory), ...sorted.filter((file) => !isStory(file))]
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts'],
    globalSetup: 'test/in-memory.ts',
    pool: 'forks',
    // modules are loaded once per worker, not once per file: no test changes what a module holds
    isolate: false,
    // one more than the least machine has cores: a third of their time they wait for processes, disks and clocks
    maxWorkers: 3,
    sequence: { sequencer: StoriesFirst },
    // a busy machine is no failure
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
