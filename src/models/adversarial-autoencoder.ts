import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/**
 * AAE (Makhzani, Shlens, Jaitly, Goodfellow and Frey, "Adversarial autoencoders", 2015): codes are points, and a
 * discriminator that is trained to separate them from draws of the prior moves their distribution toward the prior.
 */
export const adversarialAutoencoder = defineAutoencoder('adversarial-autoencoder', {
  epochs: 200,
  batchSize: 500,
  learningRate: 1e-3,
  learningRateDecay: 'none',
  patience: 20,
  hidden: [],
  latent: 100,
  prior: 'adversarial',
  maxBeta: 10,
  dropout: 0.5,
})
