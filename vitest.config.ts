import { defineConfig } from 'vitest/config'

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

const slow = 'tests/**/*.slow.test.ts'
// Files that compute on every backend in turn. They get processes of their own, since drivers of graphics cards start threads.
const backends = ['tests/compute/**/*.test.ts', 'tests/training/backends.test.ts']

export default defineConfig({
  test: {
    globalSetup: 'tests/db/global-setup.ts',
    // one more than the cores of a small machine, since many tests wait for processes and servers
    maxWorkers: 3,
    projects: [
      // a software driver takes seconds to compile a program for a graphics card
      { test: { ...common, name: 'backends', testTimeout: 300_000, include: backends, exclude: [slow] } },
      { test: { ...common, name: 'others', include: ['tests/**/*.test.ts'], exclude: [slow, ...backends] } },
      { test: { ...common, name: 'slow', include: [slow] } },
    ],
  },
})
