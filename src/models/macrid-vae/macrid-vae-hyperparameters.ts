import { z } from 'zod'
import { activations } from '../activation.ts'
import { hiddenSizes, inputDropout, latentSize } from '../autoencoder/autoencoder-hyperparameters.ts'
import { learningSchema, searchRanges } from '../hyperparameters.ts'

export const defaultInterests = 4

export const macridVaeHyperparameters = z.strictObject({
  ...learningSchema({
    epochs: 150,
    batchSize: 500,
    learningRate: 1e-3,
    learningRateDecay: 'none',
    patience: 20,
  }),
  interests: z
    .int()
    .min(1)
    .max(100)
    .default(defaultInterests)
    .describe('K, the number of interests of each user'),
  hidden: hiddenSizes([]),
  latent: latentSize(100).describe('Size of the code of each interest'),
  activation: z.enum(activations).default('tanh'),
  temperature: z
    .number()
    // e^(1/τ) must be a number of single precision
    .min(0.02)
    .max(10)
    .default(0.1)
    .describe('τ, which divides the cosines of items with interests and codes')
    .register(searchRanges, { from: 0.05, to: 0.3, scale: 'log' }),
  maxBeta: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.2)
    .describe('The largest weight β of the KL term')
    .register(searchRanges, { from: 0, to: 1, scale: 'linear' }),
  annealingFraction: z.number().min(0).max(1).default(0.2),
  dropout: inputDropout(0.5),
})

export type MacridVaeHyperparameters = z.infer<typeof macridVaeHyperparameters>
