import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/**
 * ALICE (Li et al., "ALICE: towards understanding adversarial learning for joint distribution matching", NeurIPS 2017): a
 * discriminator separates pairs (x, z) of the encoder from those of the decoder, as in ALI (Dumoulin et al., ICLR 2017), and
 * the likelihood −log p(x | z) bounds the conditional entropy of x given z, which ALI leaves free. ALI is
 * `reconstruction=0`, HALI (Belghazi et al., 2018) is `hierarchical=true` with a hidden layer as the lower level.
 */
export const alice = defineAutoencoder('alice', {
  epochs: 200,
  batchSize: 500,
  learningRate: 1e-3,
  learningRateDecay: 'none',
  patience: 20,
  hidden: [],
  latent: 100,
  prior: 'joint',
  maxBeta: 1,
  dropout: 0.5,
})
