import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/**
 * Logits (x̃ V + b) W + c, without any nonlinearity. With the squared error, the best code would span the first principal
 * components (Baldi and Hornik, Neural Networks 1989); here the loss is the multinomial likelihood.
 */
export const linearAutoencoder = defineAutoencoder('linear-autoencoder', {
  epochs: 200,
  batchSize: 500,
  learningRate: 1e-3,
  learningRateDecay: 'none',
  patience: 20,
  activation: 'identity',
  dropout: 0.5,
  regularization: 1e-4,
})
