import { z } from 'zod'
import { negatives } from '../autoencoder/sampled-softmax.ts'
import { type LearningHyperparameters, learningSchema, searchRanges } from '../hyperparameters.ts'

export interface RecVaeHyperparameters extends LearningHyperparameters {
  /** Size of each hidden layer of the encoder. */
  readonly hidden: number
  /** Number of hidden layers of the encoder; the decoder has none. */
  readonly layers: number
  readonly latent: number
  /** Share of a user's positives that are dropped from the input while the encoder is trained. */
  readonly dropout: number
  /** γ: the KL term of a user with n positives has the weight β = γ n. */
  readonly gamma: number
  /** Passes that update the encoder for each pass that updates the decoder. */
  readonly encoderPasses: number
  /** Items drawn per update to estimate the softmax over all items, which null computes. */
  readonly negatives: number | null
}

export const recVaeHyperparameters = z.strictObject({
  ...learningSchema({
    epochs: 100,
    batchSize: 500,
    learningRate: 5e-4,
    learningRateDecay: 'none',
    patience: 10,
  }),
  hidden: z
    .int()
    .min(1)
    .max(100_000)
    .default(600)
    .register(searchRanges, { from: 200, to: 800, scale: 'log' }),
  layers: z.int().min(1).max(20).default(5),
  latent: z
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .register(searchRanges, { from: 50, to: 400, scale: 'log' }),
  dropout: z
    .number()
    .min(0)
    .max(0.95)
    .default(0.5)
    .register(searchRanges, { from: 0.1, to: 0.8, scale: 'linear' }),
  gamma: z
    .number()
    .min(0)
    .max(10)
    .default(0.005)
    .register(searchRanges, { from: 1e-3, to: 2e-2, scale: 'log' }),
  encoderPasses: z.int().min(1).max(100).default(3),
  negatives,
}) satisfies z.ZodType<RecVaeHyperparameters>
