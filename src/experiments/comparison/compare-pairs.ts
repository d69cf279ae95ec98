// Every model against every other, on the same users.
import type { RankingMetric } from '../../evaluation/metric.ts'
import { rmseShares } from '../../evaluation/rmse-shares.ts'
import { createRandom } from '../../random/random.ts'
import { holm } from '../../statistics/holm.ts'
import { mean } from '../../statistics/mean.ts'
import { pairedBootstrap } from '../../statistics/paired-bootstrap.ts'
import { pairedTTest } from '../../statistics/paired-t-test.ts'
import { rankBiasedOverlap } from '../../statistics/rank-biased-overlap.ts'
import { sampleOf } from '../../statistics/sample.ts'
import { topOverlap } from '../../statistics/top-overlap.ts'
import { wilcoxonTest } from '../../statistics/wilcoxon-test.ts'
import type { ComparedModel } from './compared-model.ts'

export interface PairComparison {
  /** Of `rmse` less is better. */
  readonly metric: RankingMetric | 'rmse'
  readonly a: string
  readonly b: string
  /** Mean over users of a − b, with its 95 % interval by the paired bootstrap. */
  readonly difference: number
  readonly low: number
  readonly high: number
  /** Of the paired t-test, and adjusted by Holm over all pairs of the metric. */
  readonly pValue: number
  readonly adjustedPValue: number
  /** Of the signed-rank test, adjusted likewise: it asks how many users are better off, not by how much. */
  readonly adjustedRankPValue: number
  /** Cohen's d_z. */
  readonly effectSize: number
  /** Shares of users who are better off under a, under b, and alike under both. */
  readonly better: number
  readonly worse: number
  readonly alike: number
}

export interface Agreement {
  readonly a: string
  readonly b: string
  /** Mean share of the first items that both lists hold. */
  readonly overlap: number
  /** Mean rank-biased overlap with persistence 0.9. */
  readonly rankBiasedOverlap: number
}

/** Every pair by a ranking metric. */
export function comparePairs(
  models: readonly ComparedModel[],
  metric: RankingMetric,
  seed: number,
): PairComparison[] {
  return compareByMetric(
    models.map(({ name, values }) => ({ name, mean: values.get(metric)!, own: values.get(metric)! })),
    metric,
    seed,
  )
}

/** Every pair of those that foretell ratings, by RMSE. */
export function compareRatingPairs(models: readonly ComparedModel[], seed: number): PairComparison[] {
  const foretelling = models.flatMap(({ name, ratings }) => {
    if (ratings === undefined) return []
    const { linearized, own } = rmseShares(ratings)
    return [{ name, mean: linearized, own }]
  })
  return compareByMetric(foretelling, 'rmse', seed)
}

/** A model by one metric. */
interface Measured {
  readonly name: string
  /** One number a user, whose mean is the metric. */
  readonly mean: Float64Array
  /** The metric of each user alone. */
  readonly own: Float64Array
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
      .filter(([one, other]) => one.length > 0 && other.length > 0)
    return {
      a: a.name,
      b: b.name,
      overlap: mean(both.map(([one, other]) => topOverlap(one, other, size))),
      rankBiasedOverlap: mean(both.map(([one, other]) => rankBiasedOverlap(one, other))),
    }
  })
}

function comparePair(a: Measured, b: Measured, metric: PairComparison['metric'], seed: number) {
  const { pValue, effectSize } = pairedTTest(sampleOf(differencesOf(a.mean, b.mean)))
  const random = createRandom(seed, 'bootstrap', metric, a.name, b.name)
  const { mean: difference, low, high } = pairedBootstrap(a.mean, b.mean, { random })
  const own = differencesOf(a.own, b.own)
  const gains = metric === 'rmse' ? own.map((d) => -d) : own
  const share = (of: (gain: number) => boolean) => gains.filter(of).length / gains.length
  return {
    metric,
    a: a.name,
    b: b.name,
    difference,
    low,
    high,
    pValue,
    rankPValue: wilcoxonTest(own).pValue,
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
