import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/**
 * An overcomplete code with few active units per user: h = σ(x̃ V + b), where a KL term draws the mean activation of each
 * unit to ρ (Ng, "Sparse autoencoder", CS294A lecture notes, 2011). The option `l1` draws h itself to 0 instead.
 */
export const sparseAutoencoder = defineAutoencoder('sparse-autoencoder', {
  epochs: 200,
  batchSize: 500,
  learningRate: 1e-3,
  learningRateDecay: 'none',
  patience: 20,
  latent: 1000,
  activation: 'sigmoid',
  dropout: 0.5,
  sparsity: 0.1,
  targetActivation: 0.05,
})
