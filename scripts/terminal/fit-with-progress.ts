import type { Scorer } from '../../src/models/scorer.ts'
import { fit } from '../../src/training/fit.ts'
import type { FitOptions } from '../../src/training/fitted-model.ts'
import { createEpochProgress } from './epoch-progress.ts'

export interface TrainedScorer {
  /** The caller disposes of it. */
  readonly scorer: Scorer
  /** The best epoch; 0 for a model without epochs. */
  readonly epochs: number
}

/**
 * Trains a model, with its progress on stderr, and opens it.
 *
 * @throws the reason of the signal if it interrupts the training, and all errors of training
 */
export async function fitWithProgress(
  options: Pick<FitOptions, 'model' | 'hyperparameters' | 'train' | 'validation' | 'seed'> & {
    readonly signal: AbortSignal
  },
): Promise<TrainedScorer> {
  const { model, signal } = options
  const progress = createEpochProgress()
  try {
    const { weights, hyperparameters, bestEpoch } = await fit({
      ...options,
      onEpoch: (report) => progress.update(model.name, report),
      onProgress: (share) => progress.advance(model.name, share),
    })
    signal.throwIfAborted()
    return { scorer: model.open(weights, hyperparameters), epochs: bestEpoch }
  } finally {
    progress.finish()
  }
}
