// All pairs of models, compared on the same users.

import { createRandom } from '../../random/random.ts'
import { holm } from '../../statistics/holm.ts'
import { mean } from '../../statistics/mean.ts'
import { pairedBootstrap } from '../../statistics/paired-bootstrap.ts'
import { pairedTTest } from '../../statistics/paired-t-test.ts'
import { rankBiasedOverlap } from '../../statistics/rank-biased-overlap.ts'
import { sampleOf } from '../../statistics/sample.ts'
import { topOverlap } from '../../statistics/top-overlap.ts'
import { wilcoxonTest } from '../../statistics/wilcoxon-test.ts'
import type { RankingMetric } from '../metric.ts'
import { rmseShares } from '../rmse-shares.ts'
import type { ComparedModel } from './compared-model.ts'

export interface PairComparison {
  /** Less is better for `rmse`. */
  readonly metric: RankingMetric | 'rmse'
  readonly a: string
  readonly b: string
  /** Mean over users of a − b, with its 95 % interval by the paired bootstrap. */
  readonly difference: number
  readonly low: number
  readonly high: number
  /** Of the paired t-test; below, adjusted by Holm over all pairs of the metric. */
  readonly pValue: number
  readonly adjustedPValue: number
  /** Of the signed-rank test, adjusted likewise. */
  readonly adjustedRankPValue: number
  /** Cohen's d_z. */
  readonly effectSize: number
  /** Shares of users with a better metric under a, under b, and with the same under both. */
  readonly better: number
  readonly worse: number
  readonly alike: number
}

export interface Agreement {
  readonly a: string
  readonly b: string
  /** Mean share of the first items that are in both lists. */
  readonly overlap: number
  /** Mean rank-biased overlap with persistence 0.9. */
  readonly rankBiasedOverlap: number
}

/** All pairs by a ranking metric. */
export function comparePairs(
  models: readonly ComparedModel[],
  metric: RankingMetric,
  seed: number,
): PairComparison[] {
  return compareByMetric(
    models.map(({ name, values }) => ({ name, mean: values.get(metric)!, perUser: values.get(metric)! })),
    metric,
    seed,
  )
}

/** All pairs of models that predict ratings, by RMSE. */
export function compareRatingPairs(models: readonly ComparedModel[], seed: number): PairComparison[] {
  const predictors = models.flatMap(({ name, ratings }) => {
    if (ratings === undefined) return []
    const { linearized, perUser } = rmseShares(ratings)
    return [{ name, mean: linearized, perUser }]
  })
  return compareByMetric(predictors, 'rmse', seed)
}

/** A model by one metric. */
interface Measured {
  readonly name: string
  /** One value per user; their mean is the metric. */
  readonly mean: Float64Array
  /** The metric of each single user. */
  readonly perUser: Float64Array
}

function compareByMetric(
  models: readonly Measured[],
  metric: PairComparison['metric'],
  seed: number,
): PairComparison[] {
  const compared = pairsOf(models).map(([a, b]) => comparePair(a, b, metric, seed))
  const adjusted = holm(compared.map(({ pValue }) => pValue))
  const adjustedRanks = holm(compared.map(({ rankPValue }) => rankPValue))
  return compared.map(({ rankPValue: _, ...pair }, n) => ({
    ...pair,
    adjustedPValue: adjusted[n]!,
    adjustedRankPValue: adjustedRanks[n]!,
  }))
}

export function compareLists(models: readonly ComparedModel[], size: number): Agreement[] {
  return pairsOf(models).map(([a, b]) => {
    const both = a.lists
      .map((list, user) => [list.subarray(0, size), b.lists[user]!.subarray(0, size)] as const)
      .filter(([first, second]) => first.length > 0 && second.length > 0)
    return {
      a: a.name,
      b: b.name,
      overlap: mean(both.map(([first, second]) => topOverlap(first, second, size))),
      rankBiasedOverlap: mean(both.map(([first, second]) => rankBiasedOverlap(first, second))),
    }
  })
}

function comparePair(a: Measured, b: Measured, metric: PairComparison['metric'], seed: number) {
  const { pValue, effectSize } = pairedTTest(sampleOf(differencesOf(a.mean, b.mean)))
  const random = createRandom(seed, 'bootstrap', metric, a.name, b.name)
  const { mean: difference, low, high } = pairedBootstrap(a.mean, b.mean, { random })
  const differences = differencesOf(a.perUser, b.perUser)
  const gains = metric === 'rmse' ? differences.map((value) => -value) : differences
  const share = (matches: (gain: number) => boolean) => gains.filter(matches).length / gains.length
  return {
    metric,
    a: a.name,
    b: b.name,
    difference,
    low,
    high,
    pValue,
    rankPValue: wilcoxonTest(differences).pValue,
    effectSize,
    better: share((gain) => gain > 0),
    worse: share((gain) => gain < 0),
    alike: share((gain) => gain === 0),
  }
}

function differencesOf(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, user) => value - b[user]!)
}

function pairsOf<T>(models: readonly T[]): [T, T][] {
  return models.flatMap((a, n) => models.slice(n + 1).map((b): [T, T] => [a, b]))
}
