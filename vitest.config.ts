import { defineConfig } from 'vitest/config'

const common = {
  // the linter would take every call of our `fit` for a focused test
  allowOnly: false,
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

const slow = 'tests/**/*.slow.test.ts'
// Files that compute on every backend in turn. They run in the same processes and load the modules once.
const backends = ['tests/compute/**/*.test.ts', 'tests/training/{backends,train}.test.ts']
// Files of these folders share processes too, and select a backend if they compute.
const shared = [
  'client',
  'config',
  'docs',
  'evaluation',
  'experiments',
  'http',
  'interactions',
  'jobs',
  'models',
  'pages',
  'random',
  'ratings',
  'recommender',
  'registry',
  'retraining/{data,evaluate,promote,report}',
  'splits',
  'statistics',
  'training',
  'tuning',
].map((folder) => `tests/${folder}/**/*.test.ts`)

export default defineConfig({
  test: {
    globalSetup: 'tests/db/global-setup.ts',
    maxWorkers: 2,
    projects: [
      { test: { ...common, name: 'backends', include: backends, exclude: [slow], isolate: false } },
      {
        test: {
          ...common,
          name: 'shared',
          include: shared,
          exclude: [slow, ...backends],
          isolate: false,
        },
      },
      {
        test: {
          ...common,
          name: 'isolated',
          include: ['tests/**/*.test.ts'],
          exclude: [slow, ...backends, ...shared],
        },
      },
      { test: { ...common, name: 'slow', include: [slow] } },
    ],
  },
})
