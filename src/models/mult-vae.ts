// Mult-VAE (Liang, Krishnan, Hoffman, Jebara, WWW 2018), as in the authors' notebook, https://github.com/dawenl/vae_cf.
import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/**
 * Minimizes Σ over users of −E log p(x | z) + β KL(q(z | x) ‖ N(0, I)), the expectation by one draw of z = μ + σ ε. With
 * a `maxBeta` above 1 it is the β-VAE of Higgins et al., ICLR 2017.
 */
export const multVae = defineAutoencoder(
  'mult-vae',
  {
    epochs: 80,
    batchSize: 500,
    learningRate: 1e-3,
    learningRateDecay: 'none',
    patience: 15,
    hidden: [600],
    prior: 'kl',
    // the paper's way to choose it: where validation is best, here MovieLens 1M's
    maxBeta: 0.4,
    // sparse likes are learned by heart while β is small: on validation NDCG@100 is .3979 for MovieLens 1M and .1137 for a
    // quarter of its likes, with 0.5 .3961 and .1116
    annealingFraction: 0.2,
    dropout: 0.5,
  },
  // 500 is the paper's; few users want more updates than such batches make
  (users) => Math.min(500, Math.max(100, Math.ceil(users / 48))),
)
