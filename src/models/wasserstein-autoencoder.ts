import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/**
 * WAE-MMD (Tolstikhin, Bousquet, Gelly and Schölkopf, ICLR 2018): codes are points, and a maximum mean discrepancy draws
 * their distribution over all users to N(0, I), where a VAE draws the posterior of each user.
 */
export const wassersteinAutoencoder = defineAutoencoder('wasserstein-autoencoder', {
  epochs: 200,
  batchSize: 500,
  learningRate: 1e-3,
  learningRateDecay: 'none',
  patience: 20,
  hidden: [600],
  prior: 'mmd',
  maxBeta: 100,
  dropout: 0.5,
})
