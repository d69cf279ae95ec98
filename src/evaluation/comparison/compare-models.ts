import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { type Estimate, estimateMean } from '../../statistics/estimate.ts'
import { type BeyondAccuracy, createBeyondAccuracy } from '../beyond-accuracy.ts'
import type { RankingMetric } from '../metric.ts'
import type { UserSegment } from '../user-segments.ts'
import {
  type Agreement,
  compareLists,
  comparePairs,
  compareRatingPairs,
  type PairComparison,
} from './compare-pairs.ts'
import type { ComparedModel } from './compared-model.ts'

/** Several models compared on the same users. */
export interface ModelComparison {
  /** The length of the lists that are compared. */
  readonly listSize: number
  readonly users: number
  /** The metric of the segments and the plots. */
  readonly primary: RankingMetric
  readonly models: readonly (BeyondAccuracy &
    Pick<ComparedModel, 'name' | 'metrics'> & {
      /** Standard deviation of the primary metric's mean over the seeds; null for one seed. */
      readonly seedStd: number | null
    })[]
  readonly pairs: readonly PairComparison[]
  readonly agreement: readonly Agreement[]
  readonly segments: readonly {
    readonly segment: string
    readonly users: number
    /** Of the primary metric, by model. */
    readonly values: Readonly<Record<string, Estimate>>
  }[]
}

export interface CompareOptions {
  readonly train: CsrMatrix
  /** The history of each evaluated user. */
  readonly histories: CsrMatrix
  readonly segments: readonly UserSegment[]
  /** Metrics on which the pairs are tested; the first is the primary metric. */
  readonly metrics: readonly RankingMetric[]
  readonly listSize: number
  readonly seed: number
}

/** @throws RangeError if there are fewer than two models, or they were evaluated on different numbers of users */
export function compareModels(
  models: readonly ComparedModel[],
  { train, histories, segments, metrics, listSize, seed }: CompareOptions,
): ModelComparison {
  const [primary] = metrics
  const sizes = models.map(({ lists }) => lists.length)
  if (models.length < 2 || primary === undefined || new Set(sizes).size > 1)
    throw new RangeError(
      `Two models and a ranking metric are needed on the same users, not ${models.length} models on ${sizes.join(', ')} users`,
    )
  const beyond = createBeyondAccuracy(train)
  return {
    listSize,
    users: sizes[0]!,
    primary,
    models: models.map((model) => ({
      name: model.name,
      metrics: model.metrics,
      seedStd: stdOf(model.seedMeans.get(primary)!),
      ...beyond(model.lists, histories, listSize),
    })),
    pairs: [
      ...metrics.flatMap((metric) => comparePairs(models, metric, seed)),
      ...compareRatingPairs(models, seed),
    ],
    agreement: compareLists(models, listSize),
    segments: segments.map(({ name, users }) => ({
      segment: name,
      users: users.length,
      values: Object.fromEntries(
        models.map((model) => [
          model.name,
          estimateMean(users.map((user) => model.values.get(primary)![user]!)),
        ]),
      ),
    })),
  }
}

function stdOf(means: readonly number[]): number | null {
  return means.length < 2 ? null : estimateMean(means).standardError * Math.sqrt(means.length)
}
