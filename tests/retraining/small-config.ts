// A configuration that trains on the weekly world in seconds.
import { parseRetrainingConfig, type RetrainingConfigInput } from '../../src/retraining/config.ts'

export const smallConfig = {
  variants: [
    {
      model: 'mult-vae',
      hyperparameters: {
        epochs: 12,
        hidden: [16],
        latent: 4,
        batchSize: 32,
        learningRate: 0.04,
        patience: 5,
      },
    },
  ],
  baselines: ['popularity'],
  split: { minUsers: 5, validationShare: 0.2 },
  metric: 'ndcg@10',
  margin: 0.3,
  resamples: 200,
} satisfies RetrainingConfigInput

export const parse = (given: RetrainingConfigInput) => parseRetrainingConfig(given, 'the configuration')
