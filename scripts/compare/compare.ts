import { compareModels, type ModelComparison } from '../../src/evaluation/comparison/compare-models.ts'
import {
  createEvaluationTask,
  type EvaluationTaskOptions,
  type SplitSizes,
  sizesOf,
} from '../../src/evaluation/evaluation-task.ts'
import { isRankingMetric, parseRankingMetric } from '../../src/evaluation/metric.ts'
import { userSegments } from '../../src/evaluation/user-segments.ts'
import { worseThanBaselines } from '../../src/evaluation/worse-than-baselines.ts'
import { selectRows } from '../../src/interactions/csr/select.ts'
import { measurePositives, type PositiveShare } from '../../src/interactions/positive-share.ts'
import { type Baselines, evaluateBaselines } from '../../src/training/evaluate-model.ts'
import { evaluateOverSeeds, type SeededEvaluation } from '../../src/training/evaluate-over-seeds.ts'
import type { ExpectedCost } from '../../src/training/expected-cost.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { logRepeatedTestRatings } from '../terminal/log-repeated-test-ratings.ts'
import { modelNamed } from '../terminal/model-named.ts'
import { type DataOptions, readData, readsDatabase } from '../terminal/read-data.ts'
import { withDatabase } from '../terminal/with-database.ts'

export interface CompareOptions extends EvaluationTaskOptions, DataOptions, BackendOptions {
  readonly models: readonly string[]
  readonly seeds: number
  /** Whether to evaluate popularity and bias, where they are not among the models. */
  readonly baselines: boolean
}

/** What `npm run compare -- --json` prints. */
export interface CompareReport extends ModelComparison {
  readonly protocol: string
  readonly backend: string
  readonly seeds: readonly number[]
  readonly split: SplitSizes & { readonly rule: string }
  readonly positives: PositiveShare
  /** The metrics of those baselines that are not among the models. */
  readonly baselines: Baselines
  /** Where a model is worse than a baseline, in sentences. */
  readonly worseThanBaselines: readonly string[]
  /** Of models that were expected to take more than a minute, as they were announced. */
  readonly expected: readonly ExpectedCost[]
  readonly seconds: number
}

const maxListSize = 20

/**
 * Trains models on the same split and compares them on the same users.
 *
 * @throws UsageError if the options do not fit together, and any error of reading, splitting, training and evaluation
 */
export async function compare(options: CompareOptions, signal: AbortSignal): Promise<CompareReport> {
  const startedAt = performance.now()
  const { protocol, seed, split: rule } = options
  const models = options.models.map(modelNamed)
  if (models.length < 2) throw new UsageError('Name at least two models to compare')
  const { name: backend } = await openBackend(options)
  const data = readsDatabase(options)
    ? await withDatabase(({ sql }) => readData(options, sql, signal))
    : await readData(options, undefined, signal)
  const task = createEvaluationTask(options, data)
  logRepeatedTestRatings(task, options.repeatedPairs)
  const { train } = task.split
  // The last of the default metrics is ndcg@100; of metrics that were named, the first is the primary one.
  const metrics = (options.metrics ?? task.metrics.toReversed()).filter(isRankingMetric)
  if (metrics.length === 0) throw new UsageError('Name at least one ranking metric, such as ndcg@100')
  const seeds = Array.from({ length: options.seeds }, (_, n) => seed + n)
  const progress = createEpochProgress()
  try {
    const evaluated: SeededEvaluation[] = []
    for (const model of models)
      evaluated.push(
        await evaluateOverSeeds(model, seeds, task, {
          signal,
          onEpoch: progress.update,
          onProgress: progress.advance,
          onExpected: progress.expect,
        }),
      )
    const baselines = options.baselines
      ? await evaluateBaselines(task, { signal }, (name) => !options.models.includes(name))
      : {}
    const [{ test, rows }] = evaluated as [SeededEvaluation]
    const cutoffs = metrics.map((metric) => parseRankingMetric(metric).cutoff)
    const comparison = compareModels(
      evaluated.map(({ compared }) => compared),
      {
        train,
        histories: selectRows(test.histories, rows),
        segments: userSegments(test, rows, train),
        metrics,
        listSize: Math.min(maxListSize, Math.max(...cutoffs)),
        seed,
      },
    )
    const ofModels = Object.fromEntries(comparison.models.map(({ name, metrics }) => [name, metrics]))
    const { primary } = comparison
    return {
      ...comparison,
      baselines,
      worseThanBaselines: comparison.models.flatMap(({ name }) =>
        worseThanBaselines(name, { ...baselines, ...ofModels }, primary),
      ),
      protocol,
      backend,
      seeds,
      split: { rule, ...sizesOf(task.split) },
      positives: measurePositives(data.ratings.matrix, task.positiveThreshold),
      expected: progress.expected,
      seconds: (performance.now() - startedAt) / 1000,
    }
  } finally {
    progress.finish()
  }
}
