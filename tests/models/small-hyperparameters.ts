// Hyperparameters with which each model trains on a small data set in a second or two.
import type { ModelName } from '../../src/models/models.ts'

const learning = { epochs: 50, batchSize: 32, learningRate: 0.03, learningRateDecay: 'cosine' }

export const smallHyperparameters: Readonly<Record<ModelName, object>> = {
  'u-autorec': { ...learning, hidden: 12, regularization: 0.05, dropout: 0 },
  'i-autorec': { ...learning, hidden: 12, regularization: 0.05, dropout: 0 },
  'ui-autorec': {
    ...{ ...learning, hidden: 12, userRegularization: 0.05, itemRegularization: 0.05 },
    ...{ userDropout: 0, userShare: 0.5 },
  },
  'mult-vae': { ...learning, hidden: [24], latent: 6, dropout: 0.3, maxBeta: 0.05 },
  'mult-dae': { ...learning, latent: 12, dropout: 0.3, regularization: 1e-3 },
  'rec-vae': { ...learning, batchSize: 50, epochs: 20, hidden: 16, layers: 2, latent: 6, encoderPasses: 1 },
  'rec-vae-edlae': {
    parts: [
      {
        model: 'rec-vae',
        hyperparameters: {
          ...{ ...learning, batchSize: 50, epochs: 20, hidden: 16, layers: 2, latent: 6, encoderPasses: 1 },
        },
      },
      { model: 'edlae', hyperparameters: { regularization: 1 } },
    ],
  },
  'macrid-vae': { ...learning, batchSize: 50, interests: 2, latent: 6, dropout: 0.3, maxBeta: 0.05 },
  'linear-autoencoder': { ...learning, batchSize: 50, latent: 6, dropout: 0.3, regularization: 1e-3 },
  'sparse-autoencoder': { ...learning, batchSize: 50, latent: 48, dropout: 0.3, targetActivation: 0.2 },
  'contractive-autoencoder': { ...learning, batchSize: 50, latent: 12, dropout: 0.3 },
  'wasserstein-autoencoder': {
    ...learning,
    epochs: 30,
    batchSize: 50,
    hidden: [24],
    latent: 6,
    dropout: 0.3,
    maxBeta: 1,
  },
  'adversarial-autoencoder': {
    ...learning,
    batchSize: 50,
    hidden: [24],
    latent: 6,
    dropout: 0.3,
    maxBeta: 1,
  },
  alice: {
    ...learning,
    batchSize: 50,
    hidden: [12],
    hierarchical: true,
    latent: 6,
    dropout: 0.3,
    maxBeta: 0.3,
  },
  'cf-nade': { ...learning, batchSize: 50, latent: 12, regularization: 1e-3 },
  ppca: { latent: 4 },
  ease: { regularization: 1 },
  dlae: { regularization: 1 },
  edlae: { regularization: 1 },
  rdlae: { regularization: 1 },
  dan: { regularization: 1 },
  ridge: { regularization: 1 },
  'sparse-ease': { regularization: 1 },
  'gf-cf': { components: 4 },
  elsa: { ...learning, epochs: 15, batchSize: 50, latent: 6 },
  ials: { latent: 4 },
  'item-knn': { shrinkage: 1 },
  blend: {
    parts: [
      { model: 'ease', hyperparameters: { regularization: 1 } },
      { model: 'mult-dae', hyperparameters: { ...learning, epochs: 20, latent: 12, dropout: 0.3 } },
    ],
  },
  popularity: {},
  bias: {},
}
