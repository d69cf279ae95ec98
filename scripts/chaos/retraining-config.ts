import type { RetrainingConfigInput } from '../../src/retraining/config.ts'

/** Small models, and no check that refuses the random ratings of the load. */
export const retrainingConfig = {
  variants: [
    { model: 'mult-vae', hyperparameters: { epochs: 12, hidden: [], latent: 8, batchSize: 50 } },
    { model: 'i-autorec', hyperparameters: { epochs: 6, hidden: 8 } },
  ],
  split: { minUsers: 5 },
  metric: 'ndcg@10',
  margin: 1,
  resamples: 100,
  guardrails: { coverage: null, popularityLift: null, rmse: null, miscalibration: null, period: null },
  checks: { volume: 0, flood: 1, range: [1, 5] },
  quarantine: 'ask',
  keepVersions: 2,
} satisfies RetrainingConfigInput
