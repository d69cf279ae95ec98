// Statistics of the training ratings that a trained AutoRec needs in addition to θ.
import { mean as averageOf } from 'd3-array'
import { type CsrMatrix, columnCounts } from '../../interactions/csr/csr-matrix.ts'
import { positiveRatings } from '../../interactions/positives.ts'
import { type RatingScale, ratingScale } from '../../interactions/rating-scale.ts'
import { defaultBiasRegularization, solveItemBias } from '../bias.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from '../weights.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { baselineAt } from './baseline.ts'

export interface RatingStatistics extends RatingScale {
  /** Number of training ratings of each item. */
  readonly itemRatings: Float32Array
  /** Ratings of at least this value are positive. */
  readonly positiveThreshold: number
  /** The mean of the positive ratings; that of all if none is positive. */
  readonly positiveMean: number
  /** b_i of the baseline of biases; absent in artifacts of version 0.1, whose cold ratings are constant. */
  readonly itemBias: Float32Array | undefined
  /** The standard deviation of the training ratings around the baseline of biases. */
  readonly residualDeviation: number
}

/** The statistics of users × items ratings as weights. */
export function exportStatistics(data: CsrMatrix, positiveThreshold: number): Weights {
  const { mean, lowest, highest } = ratingScale(data)
  const { values } = positiveRatings(data, positiveThreshold)
  const { itemBias, deviation } = baselineOf(data, mean)
  return {
    itemRatings: { shape: [data.columns], values: Float32Array.from(columnCounts(data)) },
    itemBias: { shape: [data.columns], values: itemBias },
    residualDeviation: scalarWeight(deviation),
    mean: scalarWeight(mean),
    lowest: scalarWeight(lowest),
    highest: scalarWeight(highest),
    positiveThreshold: scalarWeight(positiveThreshold),
    positiveMean: scalarWeight(averageOf(values) ?? mean),
  }
}

export function openStatistics(
  weights: Weights,
  { positiveThreshold }: Pick<AutoRecHyperparameters, 'positiveThreshold'>,
): RatingStatistics {
  const [lowest, highest] = [requireScalar(weights, 'lowest'), requireScalar(weights, 'highest')]
  return {
    itemRatings: requireWeight(weights, 'itemRatings').values,
    itemBias: weights.itemBias?.values,
    residualDeviation: weights.residualDeviation?.values[0] ?? 1,
    mean: requireScalar(weights, 'mean'),
    lowest,
    highest,
    positiveThreshold:
      weights.positiveThreshold?.values[0] ?? formerThreshold(positiveThreshold, lowest, highest),
    positiveMean: weights.positiveMean?.values[0] ?? highest,
  }
}

interface Baseline {
  readonly itemBias: Float32Array
  /** The standard deviation of the ratings around the baseline. */
  readonly deviation: number
}

/** Computed once for all epochs of a training run. */
function baselineOf(data: CsrMatrix, mean: number): Baseline {
  const known = baselines.get(data)
  if (known) return known
  const itemBias = solveItemBias(data, mean, defaultBiasRegularization)
  const predicted = baselineAt(data, data, { mean, itemBias })
  let sum = 0
  for (let n = 0; n < predicted.length; n++) sum += (data.values[n]! - predicted[n]!) ** 2
  const deviation = Math.max(Math.sqrt(sum / predicted.length), minDeviation)
  baselines.set(data, { itemBias, deviation })
  return { itemBias, deviation }
}

const baselines = new WeakMap<CsrMatrix, Baseline>()

/** Ratings that are sums of biases leave residuals of rounding errors alone, which are not to be scaled up. */
const minDeviation = 1e-3

/**
 * Artifacts of version 0.1 store neither this threshold nor the mean above it. Where no rating reached it, all ratings above
 * 0 were positive.
 */
function formerThreshold(positiveThreshold: number, lowest: number, highest: number): number {
  return highest >= positiveThreshold ? positiveThreshold : Math.max(lowest, smallestFloat)
}

const smallestFloat = 2 ** -126
