import { defineConfig } from 'vitest/config'

const common = {
  // the linter would take every call of our `fit` for a focused test
  allowOnly: false,
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

const slow = 'tests/**/*.slow.test.ts'
// Files of these folders run in the same processes and load the modules once. Others choose backends, or start processes.
const shared = [
  'client',
  'config',
  'docs',
  'evaluation',
  'experiments',
  'http',
  'interactions',
  'jobs',
  'pages',
  'random',
  'ratings',
  'recommender',
  'registry',
  'retraining/{data,evaluate,promote,report}',
  'splits',
  'statistics',
  'tuning',
].map((folder) => `tests/${folder}/**/*.test.ts`)

export default defineConfig({
  test: {
    globalSetup: 'tests/db/global-setup.ts',
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'shared', include: shared, exclude: [slow], isolate: false } },
      { test: { ...common, name: 'isolated', include: ['tests/**/*.test.ts'], exclude: [slow, ...shared] } },
      { test: { ...common, name: 'slow', include: [slow] } },
    ],
  },
})
