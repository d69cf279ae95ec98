import { z } from 'zod'
import { activations } from './activation.ts'
import { hiddenSizes, inputDropout, latentSize } from './autoencoder/autoencoder-hyperparameters.ts'
import { learningSchema, searchRanges } from './hyperparameters.ts'

export const multVaeHyperparameters = z.strictObject({
  ...learningSchema({
    epochs: 80,
    batchSize: 500,
    learningRate: 1e-3,
    learningRateDecay: 'none',
    patience: 15,
  }),
  hidden: hiddenSizes([600]),
  latent: latentSize(200),
  activation: z.enum(activations).default('tanh'),
  // chosen as in the paper, by the best validation metric, on MovieLens 1M
  maxBeta: z
    .number()
    .min(0)
    .max(1e6)
    .default(0.4)
    .describe('The largest weight β of the KL term')
    .register(searchRanges, { from: 0, to: 0.8, scale: 'linear' }),
  // sparse data are overfitted while β is small: validation NDCG@100 is .3979 on MovieLens 1M and .1137 on a quarter of
  // its positives; with 0.5 it is .3961 and .1116
  annealingFraction: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe('Share of all updates over which β grows linearly from 0 to `maxBeta`')
    .register(searchRanges, { from: 0.1, to: 1, scale: 'linear' }),
  dropout: inputDropout(0.5),
})

export type MultVaeHyperparameters = z.infer<typeof multVaeHyperparameters>

/** β grows linearly from 0 to `maxBeta` over the first `annealingFraction` of all updates. */
export function annealedBeta(
  { maxBeta, annealingFraction }: Pick<MultVaeHyperparameters, 'maxBeta' | 'annealingFraction'>,
  step: number,
  steps: number,
): number {
  return annealingFraction === 0 ? maxBeta : maxBeta * Math.min(1, step / (annealingFraction * steps))
}
