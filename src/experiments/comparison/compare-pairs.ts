// Every model against every other, on the same users.
import type { RankingMetric } from '../../evaluation/metric.ts'
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
  readonly metric: RankingMetric
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

export function comparePairs(
  models: readonly ComparedModel[],
  metric: RankingMetric,
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

function comparePair(a: ComparedModel, b: ComparedModel, metric: RankingMetric, seed: number) {
  const [valuesA, valuesB] = [a.values.get(metric)!, b.values.get(metric)!]
  const differences = valuesA.map((value, user) => value - valuesB[user]!)
  const { pValue, effectSize } = pairedTTest(sampleOf(differences))
  const random = createRandom(seed, 'bootstrap', metric, a.name, b.name)
  const { mean: difference, low, high } = pairedBootstrap(valuesA, valuesB, { random })
  const share = (of: (difference: number) => boolean) => differences.filter(of).length / differences.length
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
    better: share((d) => d > 0),
    worse: share((d) => d < 0),
    alike: share((d) => d === 0),
  }
}

function pairsOf<T>(models: readonly T[]): [T, T][] {
  return models.flatMap((a, n) => models.slice(n + 1).map((b): [T, T] => [a, b]))
}
