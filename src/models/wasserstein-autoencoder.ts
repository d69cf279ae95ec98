import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/**
 * WAE-MMD (Tolstikhin, Bousquet, Gelly and Schölkopf, ICLR 2018): codes are points, and all of them together are drawn
 * to N(0, I) by a maximum mean discrepancy, where a VAE draws each user's posterior there.
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
