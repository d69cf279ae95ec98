// The hyperparameters that all models trained by gradient descent share, and the ranges in which a search varies them.
import { z } from 'zod'

export interface LearningHyperparameters {
  /** The maximum number of epochs: training stops early when validation no longer improves. */
  readonly epochs: number
  /** Examples (users or items) per update. */
  readonly batchSize: number
  /** Adam's step size, before warm-up and decay. */
  readonly learningRate: number
  /** The step size grows linearly from 0 over so many epochs (Goyal et al. 2017, section 2.2). */
  readonly warmupEpochs: number
  /** Whether the step size is constant or falls to 0 along half a cosine over all epochs (Loshchilov and Hutter 2017). */
  readonly learningRateDecay: 'none' | 'cosine'
  /** Training stops after this many epochs without a better validation metric. */
  readonly patience: number
  /** Ratings of at least this value are positive, in training and in the evaluation of rankings. */
  readonly positiveThreshold: number
}

export type SearchRange =
  | { readonly from: number; readonly to: number; readonly scale: 'linear' | 'log' }
  /** An unordered set. */
  | { readonly choices: readonly unknown[] }

/** The range of each hyperparameter that a search varies, usually narrower than its schema allows. */
export const searchRanges = z.registry<SearchRange>()

/** The hyperparameter `positiveThreshold`; without one, `resolve` takes that of the data. */
export const positiveThreshold = z.number().default(4).describe('Ratings of at least this value are positive')

export type LearningDefaults = Omit<LearningHyperparameters, 'positiveThreshold' | 'warmupEpochs'>

/** The schema of the shared hyperparameters, with the defaults of a model. */
export function learningSchema(defaults: LearningDefaults) {
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
    warmupEpochs: z.number().min(0).max(10_000).default(0),
    learningRateDecay: z
      .enum(['none', 'cosine'])
      .default(defaults.learningRateDecay)
      .register(searchRanges, { choices: ['none', 'cosine'] }),
    patience: z.int().min(1).max(10_000).default(defaults.patience),
    positiveThreshold,
  }
}

/**
 * The batch size that makes a dozen updates an epoch, up to 512, beyond which larger batches do not help, and up to what a
 * backend of 4 GB holds of outputs, some copies of which are kept until the gradient is computed.
 *
 * @param outputs numbers that are kept for each example; those of a single layer of items need not be given
 */
export function batchSizeFor(examples: number, outputs = 0): number {
  const dozen = Math.min(512, Math.max(1, Math.ceil(examples / 12)))
  return outputs > 0 ? Math.max(1, Math.min(dozen, Math.floor(maxOutputs / outputs))) : dozen
}

const maxOutputs = 2 ** 25
