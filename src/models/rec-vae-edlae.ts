// A VAE with a parallel linear path, after VASP (Vančura and Kordík, "Deep variational autoencoder with shallow parallel
// path for top-N recommendation", 2021): here RecVAE and EDLAE, trained separately and blended.
import { z } from 'zod'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { exportAutoencoder } from './autoencoder/multinomial-autoencoder.ts'
import { defineModel } from './define-model.ts'
import { searchRanges } from './hyperparameters.ts'
import { openItemRegression } from './item-item-regression.ts'
import { openRecVae, recVaeDefaults, recVaeObjective } from './rec-vae/rec-vae.ts'
import { type RecVaeHyperparameters, recVaeHyperparameters } from './rec-vae/rec-vae-hyperparameters.ts'
import { solveEdlae } from './ridge.ts'
import type { Scorer } from './scorer.ts'
import { standardizeRows } from './standardize.ts'
import { requireWeight, type Weight, type Weights } from './weights.ts'

export interface RecVaeEdlaeHyperparameters extends RecVaeHyperparameters {
  /** The linear path's share of the score. */
  readonly linearShare: number
  /** EDLAE's p, the share of its input that is dropped. */
  readonly linearDropout: number
  /** EDLAE's λ, in users. */
  readonly linearRegularization: number
}

/**
 * Scores (1 − s) RecVAE + s EDLAE, each standardized over all items for each user: the VAE generalizes over similar users,
 * the linear path memorizes which items occur together. The best epoch of the VAE is the best epoch of the blend.
 */
export const recVaeEdlae = defineModel({
  kind: 'gradient',
  name: 'rec-vae-edlae',
  hyperparameters: recVaeHyperparameters.extend({
    // by the validation users of MovieLens 1M
    linearShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .register(searchRanges, { from: 0, to: 0.6, scale: 'linear' }),
    linearDropout: z.number().min(0).lt(1).default(0.5),
    linearRegularization: z.number().positive().default(300),
  }),
  defaults: recVaeDefaults,
  mainHyperparameters: ['gamma', 'latent', 'dropout', 'linearShare'],
  objective: recVaeObjective,
  async exportWeights(learned: Weights, data: CsrMatrix, hyperparameters: RecVaeEdlaeHyperparameters) {
    const deep = await exportAutoencoder(learned, data, hyperparameters)
    return { ...deep, linear: await linearPath(data, hyperparameters) }
  },
  open(weights: Weights, hyperparameters: RecVaeEdlaeHyperparameters): Scorer {
    const shallow = openItemRegression({ ...weights, weights: requireWeight(weights, 'linear') })
    const deep = openRecVae(weights, hyperparameters)
    return {
      itemCount: deep.itemCount,
      async score(histories) {
        const blended = standardizeRows(await deep.score(histories), deep.itemCount)
        const linear = standardizeRows(await shallow.score(histories), deep.itemCount)
        const { linearShare } = hyperparameters
        for (let n = 0; n < blended.length; n++)
          blended[n] = (1 - linearShare) * blended[n]! + linearShare * linear[n]!
        return blended
      },
      dispose: () => deep.dispose(),
    }
  },
})

/** EDLAE's matrix, computed once for all epochs of a training run. */
async function linearPath(data: CsrMatrix, hyperparameters: RecVaeEdlaeHyperparameters): Promise<Weight> {
  const cached = linearPaths.get(hyperparameters)
  if (cached?.data === data) return cached.matrix
  const { positiveThreshold, linearDropout, linearRegularization } = hyperparameters
  const settings = { positiveThreshold, dropout: linearDropout, regularization: linearRegularization }
  const matrix = requireWeight(await solveEdlae(data, settings), 'weights')
  linearPaths.set(hyperparameters, { data, matrix })
  return matrix
}

const linearPaths = new WeakMap<
  RecVaeEdlaeHyperparameters,
  { readonly data: CsrMatrix; readonly matrix: Weight }
>()
