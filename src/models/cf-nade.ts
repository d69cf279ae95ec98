import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/**
 * CF-NADE (Zheng, Tang, Ding and Zhou, ICML 2016) with a multinomial over items in place of ratings: a conditional decoder,
 * p(next item | items so far), trained on random orders of each user's positives.
 */
export const cfNade = defineAutoencoder('cf-nade', {
  epochs: 300,
  batchSize: 500,
  learningRate: 1e-3,
  learningRateDecay: 'none',
  patience: 30,
  conditional: true,
  regularization: 1e-4,
})
