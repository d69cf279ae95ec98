import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { sliceRows } from '../../src/interactions/csr/select.ts'
import type { Model } from '../../src/models/model.ts'
import type { Split } from '../../src/splits/split.ts'
import { runTrial } from '../../src/training/trial.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'

/** NDCG@100 of a model trained on real and on new users, and the share of the one in the other. */
export interface SynthesisEvaluation {
  readonly model: string
  readonly real: number
  readonly synthetic: number
  readonly share: number
}

/**
 * Trains the model on the training users of the split and on as many new users, if there are so many, and evaluates both
 * on the test users.
 *
 * @param drawn new users × items of the split
 */
export async function evaluateSynthesis(
  model: Model,
  drawn: CsrMatrix,
  split: Split,
  settings: { readonly positiveThreshold: number; readonly seed: number; readonly signal: AbortSignal },
): Promise<SynthesisEvaluation> {
  const progress = createEpochProgress()
  const ndcgOf = async (label: string, train: CsrMatrix) => {
    const { metrics } = await runTrial({
      ...settings,
      model,
      split: { ...split, train },
      metrics: ['ndcg@100'],
      onEpoch: (report) => progress.update(`${model.name}, ${label}`, report),
      onProgress: (share) => progress.advance(`${model.name}, ${label}`, share),
    })
    return metrics['ndcg@100']!.mean
  }
  try {
    const real = await ndcgOf('real users', split.train)
    const synthetic = await ndcgOf('new users', sliceRows(drawn, 0, Math.min(drawn.rows, split.train.rows)))
    return { model: model.name, real, synthetic, share: synthetic / real }
  } finally {
    progress.finish()
  }
}
