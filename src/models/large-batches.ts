// Larger batches on a GPU: on an H100 an update with 2,000 users takes 1.5 times as long as one with 500.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { LearningHyperparameters } from './hyperparameters.ts'

/**
 * The batch size on a GPU, where `batchSize` is that on a CPU: four times as many examples if an epoch still has about
 * 25 updates or more, and the outputs of a batch fit in 256 MiB.
 */
export function batchSizeOnGpu({ rows, columns }: CsrMatrix, batchSize: number): number {
  if (rows < 100 * batchSize) return batchSize
  return Math.max(batchSize, Math.min(4 * batchSize, Math.floor(2 ** 26 / columns)))
}

/**
 * The learning rate and warm-up of batches of `batchSize`, given the rate of smaller ones: the rate grows in proportion to
 * the batch and is warmed up over five epochs (Goyal et al. 2017, sections 2.1 and 2.2).
 */
export function rateOfLargeBatch(
  batchSize: number,
  small: Pick<LearningHyperparameters, 'batchSize' | 'learningRate'>,
): Partial<Pick<LearningHyperparameters, 'learningRate' | 'warmupEpochs'>> {
  const factor = batchSize / small.batchSize
  return factor > 1 ? { learningRate: small.learningRate * Math.min(factor, maxFactor), warmupEpochs: 5 } : {}
}

/** Higher rates have not been tried. */
const maxFactor = 4
