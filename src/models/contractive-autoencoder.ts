import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/**
 * A code that changes little when a history changes: the loss includes the mean squared Frobenius norm of ∂h/∂x (Rifai,
 * Vincent, Muller, Glorot and Bengio, ICML 2011).
 */
export const contractiveAutoencoder = defineAutoencoder('contractive-autoencoder', {
  epochs: 200,
  batchSize: 500,
  learningRate: 1e-3,
  learningRateDecay: 'none',
  patience: 20,
  dropout: 0.5,
  contraction: 1e-3,
})
