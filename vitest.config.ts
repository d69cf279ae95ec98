import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { startCompiledThreads } from './tests/compile-programs.ts'
import { repeatableCommands } from './tests/repeatable-commands.ts'

const common = {
  // the linter would take every call of our `fit` for a focused test
  allowOnly: false,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // one second by default, which a busy machine exceeds
  expect: { poll: { timeout: 30_000 } },
  // to load all modules again costs two seconds a file
  isolate: false,
}

/** A thread that compiles TypeScript as it starts takes two seconds longer. */
const plugins = [
  {
    name: 'start-compiled-threads',
    enforce: 'pre' as const,
    transform: (source: string, id: string) =>
      id.endsWith('/src/recommender/inference/inference-thread.ts')
        ? startCompiledThreads(source)
        : undefined,
  },
  repeatableCommands,
]

const slow = 'tests/**/*.slow.test.ts'
// Files that compute on every backend in turn. They get processes of their own, since drivers of graphics cards start threads.
const backends = ['tests/compute/**/*.test.ts', 'tests/training/backends.test.ts']

/** Files that take a minute or two. Where no earlier run has told how long files take, vitest starts the largest first. */
const longest = ['killed-run', 'chaos', 'database-restart', 'variant-job', 'large-artifact']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const first = longest.flatMap((name) =>
      sorted.filter(({ moduleId }) => moduleId.endsWith(`/${name}.slow.test.ts`)),
    )
    return [...first, ...sorted.filter((file) => !first.includes(file))]
  }
}

export default defineConfig({
  test: {
    globalSetup: 'tests/db/global-setup.ts',
    sequence: { sequencer: LongestFirst },
    // one more than the cores of a small machine, since many tests wait for processes and servers
    maxWorkers: 3,
    projects: [
      // a software driver takes seconds to compile a program for a graphics card
      {
        plugins,
        test: { ...common, name: 'backends', testTimeout: 300_000, include: backends, exclude: [slow] },
      },
      {
        plugins,
        test: { ...common, name: 'others', include: ['tests/**/*.test.ts'], exclude: [slow, ...backends] },
      },
      { plugins, test: { ...common, name: 'slow', include: [slow] } },
    ],
  },
})
