import { loadConfig } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/database.ts'
import type { RankingEvaluation } from '../../src/evaluation/evaluate-ranking.ts'
import { type RatingEvaluation, summarizeRatings } from '../../src/evaluation/evaluate-ratings.ts'
import {
  isRankingMetric,
  type Metric,
  parseRankingMetric,
  type RankingMetric,
  type RatingMetric,
} from '../../src/evaluation/metric.ts'
import { userSegments } from '../../src/evaluation/user-segments.ts'
import { compareModels, type ModelComparison } from '../../src/experiments/comparison/compare-models.ts'
import type { ComparedModel } from '../../src/experiments/comparison/compared-model.ts'
import { selectRows } from '../../src/interactions/csr/select.ts'
import type { Model } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import type { HeldOut } from '../../src/splits/split.ts'
import { type Estimate, estimateMean } from '../../src/statistics/estimate.ts'
import { mean } from '../../src/statistics/mean.ts'
import { runTrial, type Trial } from '../../src/training/trial.ts'
import { type ExamOptions, prepare } from '../evaluate/evaluate.ts'
import type { Exam } from '../evaluate/judged.ts'
import { readData, readsDatabase } from '../evaluate/read-data.ts'
import { type SplitSizes, sizesOf } from '../evaluate/report.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { createEpochProgress, type EpochProgress } from '../terminal/epoch-progress.ts'

export interface CompareScriptOptions extends ExamOptions, BackendOptions {
  readonly models: readonly string[]
  readonly seeds: number
}

/** What `npm run compare -- --json` prints. */
export interface CompareReport extends ModelComparison {
  readonly protocol: string
  readonly backend: string
  readonly seeds: readonly number[]
  readonly split: SplitSizes & { readonly rule: string }
  readonly seconds: number
}

const longestList = 20

/**
 * Trains models on the same split and compares what they do for the same users.
 *
 * @throws RangeError when the options do not go together, and whatever reading, splitting, training and judging throw.
 */
export async function compare(options: CompareScriptOptions, signal: AbortSignal): Promise<CompareReport> {
  const started = performance.now()
  const models = options.models.map(findModel)
  if (models.length < 2) throw new RangeError('Name at least two models to compare')
  const database = readsDatabase(options)
    ? await openDatabase(loadConfig(), (line) => console.error(line))
    : undefined
  const progress = createEpochProgress()
  try {
    const { name: backend } = await openBackend(options)
    const exam = prepare(options, await readData(options, database?.sql, signal), signal)
    const metrics = exam.metrics.filter(isRankingMetric)
    const seeds = Array.from({ length: options.seeds }, (_, n) => options.seed + n)
    const inspected: Inspected[] = []
    for (const model of models) inspected.push(await judgeOverSeeds(model, seeds, exam, progress))
    const [{ test, rows }] = inspected as [Inspected]
    const listSize = Math.min(
      longestList,
      Math.max(...metrics.map((metric) => parseRankingMetric(metric).cutoff)),
    )
    const comparison = compareModels(
      inspected.map(({ compared }) => compared),
      {
        train: exam.split.train,
        histories: selectRows(test.histories, rows),
        segments: userSegments(test, rows, exam.split.train),
        metrics,
        listSize,
        seed: options.seed,
      },
    )
    return {
      ...comparison,
      protocol: options.protocol,
      backend,
      seeds,
      split: { rule: options.split, ...sizesOf(exam.split) },
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    progress.finish()
    await database?.close()
  }
}

interface Inspected {
  readonly compared: ComparedModel
  readonly test: HeldOut
  /** Of the users judged. */
  readonly rows: Int32Array
}

/** A model computed at once is the same for every seed, and is judged once. */
async function judgeOverSeeds(
  model: Model,
  seeds: readonly number[],
  exam: Exam,
  progress: EpochProgress,
): Promise<Inspected> {
  const trials: Trial[] = []
  for (const seed of model.kind === 'direct' ? seeds.slice(0, 1) : seeds)
    trials.push(
      await runTrial({
        ...exam,
        model,
        seed,
        onEpoch: (report, stage) =>
          progress.update(`${model.name}, ${stage}${seeds.length > 1 ? `, seed ${seed}` : ''}`, report),
      }),
    )
  const rankings = trials.map(({ ranking }) => ranking!)
  const { rows, lists } = rankings[0]!
  const values = averaged(rankings)
  const ratings = averagedErrors(trials)
  return {
    test: trials[0]!.test,
    rows,
    compared: {
      name: model.name,
      metrics: {
        ...trials[0]!.metrics,
        ...Object.fromEntries([...values].map(([metric, perUser]) => [metric, estimateMean(perUser)])),
        ...(ratings && onlyThose(summarizeRatings(ratings), exam.metrics)),
      },
      values,
      ...(ratings && exam.metrics.includes('rmse') && { ratings }),
      lists,
      seedMeans: new Map(
        [...values.keys()].map((metric) => [
          metric,
          rankings.map((ranking) => mean(ranking.values.get(metric)!)),
        ]),
      ),
    },
  }
}

function averaged(rankings: readonly RankingEvaluation[]): Map<RankingMetric, Float64Array> {
  return new Map(
    [...rankings[0]!.values].map(([metric, first]) => [
      metric,
      first.map((_, user) => mean(rankings.map(({ values }) => values.get(metric)![user]!))),
    ]),
  )
}

/** Of a model that foretells ratings, each user's errors as their mean over the trials. */
function averagedErrors(trials: readonly Trial[]): RatingEvaluation | undefined {
  const all = trials.flatMap(({ ratings }) => ratings ?? [])
  const [first] = all
  if (first === undefined) return undefined
  const over = (errors: 'squaredErrors' | 'absoluteErrors') =>
    first[errors].map((_, user) => mean(all.map((one) => one[errors][user]!)))
  return { ...first, squaredErrors: over('squaredErrors'), absoluteErrors: over('absoluteErrors') }
}

function onlyThose(measured: Record<RatingMetric, Estimate>, metrics: readonly Metric[]) {
  return Object.fromEntries(Object.entries(measured).filter(([metric]) => metrics.includes(metric as Metric)))
}
