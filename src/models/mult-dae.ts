// Mult-DAE (Liang, Krishnan, Hoffman, Jebara, WWW 2018), as in the authors' notebook, https://github.com/dawenl/vae_cf.
import { defineAutoencoder } from './autoencoder/autoencoder.ts'

/** Minimizes Σ over users of −log p(x | z) + λ Σ ‖W‖², z = tanh(x̃ V + b) of the likes that dropout leaves. */
export const multDae = defineAutoencoder('mult-dae', {
  epochs: 200,
  batchSize: 500,
  learningRate: 1e-3,
  learningRateDecay: 'none',
  patience: 20,
  dropout: 0.5,
  regularization: 1e-4,
})
