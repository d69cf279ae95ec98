// What all models learned by gradient descent are told about their training.
import { z } from 'zod'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { positiveThreshold } from './positives.ts'
import { searchRanges } from './search-range.ts'

export interface LearningHyperparameters {
  /** Passes over the data, at most: training stops early when validation no longer improves. */
  readonly epochs: number
  /** Examples (users or items) of one update. */
  readonly batchSize: number
  /** Adam's step size at the first update. */
  readonly learningRate: number
  /** Whether the step size stays, or falls to 0 along half a cosine over all epochs (Loshchilov and Hutter 2017). */
  readonly learningRateDecay: 'none' | 'cosine'
  /** Epochs without a better validation metric after which training stops. */
  readonly patience: number
  /** The rating from which on an interaction counts as liked, in training and when rankings are judged. */
  readonly positiveThreshold: number
}

/** The schema of these, with a model's own defaults. */
export function learningSchema(defaults: Omit<LearningHyperparameters, 'positiveThreshold'>) {
  return {
    epochs: z.int().min(1).max(10_000).default(defaults.epochs),
    batchSize: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(defaults.batchSize)
      .register(searchRanges, { from: 32, to: 1024, scale: 'log' }),
    learningRate: z
      .number()
      .positive()
      .max(1)
      .default(defaults.learningRate)
      .register(searchRanges, { from: 1e-4, to: 1e-2, scale: 'log' }),
    learningRateDecay: z
      .enum(['none', 'cosine'])
      .default(defaults.learningRateDecay)
      .register(searchRanges, { choices: ['none', 'cosine'] }),
    patience: z.int().min(1).max(10_000).default(defaults.patience),
    positiveThreshold,
  }
}

/** Examples of an update that make a dozen updates an epoch, and no larger updates than help. */
export function batchSizeFor(examples: number): number {
  return Math.min(512, Math.max(1, Math.ceil(examples / 12)))
}

/** @deprecated for `model.resolve` */
export function resolveHyperparameters<H>(
  model: { resolve(hyperparameters: object, data: CsrMatrix): H },
  hyperparameters: object,
  data: CsrMatrix,
): H {
  return model.resolve(hyperparameters, data)
}
