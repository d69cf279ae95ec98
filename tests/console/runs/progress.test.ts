import { expect, test } from 'vitest'
import { progressOf } from '../../../src/console/runs/progress.ts'
import type { TrainingRecord } from '../../../src/training/postgres-training-records.ts'

const training: TrainingRecord = {
  id: '0b7c9a52-6f5e-4a57-9a70-0f4f6c1f7f11',
  model: 'ease',
  hyperparameters: { epochs: 40 },
  backend: 'cpu',
  seed: 1,
  status: 'finished',
  error: null,
  startedAt: new Date(0),
  finishedAt: new Date(1),
  version: 1,
  retrainingRun: null,
  variant: null,
  epochsDone: 1,
}

test('the progress of a training is the number of its epochs, and while it runs their maximum', () => {
  expect(progressOf(training)).toBe('1 epoch done')
  expect(progressOf({ ...training, epochsDone: 0 })).toBe('0 epochs done')
  expect(progressOf({ ...training, status: 'running' })).toBe('epoch 1 of at most 40 done')
  expect(progressOf({ ...training, status: 'running', hyperparameters: {} })).toBe('1 epoch done')
})
