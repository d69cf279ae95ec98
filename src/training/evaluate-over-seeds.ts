import type { ComparedModel } from '../evaluation/comparison/compared-model.ts'
import type { RankingEvaluation } from '../evaluation/evaluate-ranking.ts'
import { type RatingEvaluation, summarizeRatings } from '../evaluation/evaluate-ratings.ts'
import type { EvaluationTask } from '../evaluation/evaluation-task.ts'
import type { Metric, RankingMetric, RatingMetric } from '../evaluation/metric.ts'
import type { Model } from '../models/model.ts'
import type { HeldOut } from '../splits/split.ts'
import { type Estimate, estimateMean } from '../statistics/estimate.ts'
import { mean } from '../statistics/mean.ts'
import type { EvaluateModelOptions } from './evaluate-model.ts'
import { runTrial, type Trial, type TrialStage } from './trial.ts'

/** A model to compare with others on the same users. */
export interface SeededEvaluation {
  readonly compared: ComparedModel
  readonly test: HeldOut
  /** The rows of the evaluated users in `test`. */
  readonly rows: Int32Array
}

/**
 * Trains a model once per seed and evaluates it, each user by the mean over the seeds. A model computed directly does
 * not depend on the seed and is evaluated once.
 *
 * @param task with at least one ranking metric
 */
export async function evaluateOverSeeds(
  model: Model,
  seeds: readonly number[],
  task: EvaluationTask,
  { signal, onEpoch, onProgress, onExpected }: Omit<EvaluateModelOptions, 'diagnostics'> = {},
): Promise<SeededEvaluation> {
  const trials: Trial[] = []
  const used = model.kind === 'direct' ? seeds.slice(0, 1) : seeds
  for (const seed of used) {
    const labelOf = (stage: TrialStage) =>
      `${model.name}, ${stage}${seeds.length > 1 ? `, seed ${seed}` : ''}`
    trials.push(
      await runTrial({
        ...task,
        model,
        seed,
        ...(signal && { signal }),
        onEpoch: (report, stage) => onEpoch?.(labelOf(stage), report),
        onProgress: (share, stage) => onProgress?.(labelOf(stage), share),
        // of all seeds, with the first
        ...(trials.length === 0 && {
          onExpected: (cost) => onExpected?.({ ...cost, seconds: used.length * cost.seconds }),
        }),
      }),
    )
  }
  const [first] = trials as [Trial]
  const rankings = trials.map(({ ranking }) => ranking!)
  return {
    test: first.test,
    rows: rankings[0]!.rows,
    compared: combine(model, trials, rankings, task.metrics),
  }
}

function combine(
  { name }: Model,
  trials: readonly Trial[],
  rankings: readonly RankingEvaluation[],
  metrics: readonly Metric[],
): ComparedModel {
  const values = meanValues(rankings)
  const ratings = meanErrors(trials)
  return {
    name,
    metrics: {
      ...trials[0]!.metrics,
      ...Object.fromEntries([...values].map(([metric, perUser]) => [metric, estimateMean(perUser)])),
      ...(ratings && pickMetrics(summarizeRatings(ratings), metrics)),
    },
    values,
    ...(ratings && metrics.includes('rmse') && { ratings }),
    lists: rankings[0]!.lists,
    seedMeans: new Map(
      [...values.keys()].map((metric) => [
        metric,
        rankings.map((ranking) => mean(ranking.values.get(metric)!)),
      ]),
    ),
  }
}

function meanValues(rankings: readonly RankingEvaluation[]): Map<RankingMetric, Float64Array> {
  return new Map(
    [...rankings[0]!.values].map(([metric, first]) => [
      metric,
      first.map((_, user) => mean(rankings.map(({ values }) => values.get(metric)![user]!))),
    ]),
  )
}

/** For a model that predicts ratings, each user's errors as their mean over the trials. */
function meanErrors(trials: readonly Trial[]): RatingEvaluation | undefined {
  const evaluations = trials.flatMap(({ ratings }) => ratings ?? [])
  const [first] = evaluations
  if (first === undefined) return undefined
  const over = (errors: 'squaredErrors' | 'absoluteErrors') =>
    first[errors].map((_, user) => mean(evaluations.map((evaluation) => evaluation[errors][user]!)))
  return { ...first, squaredErrors: over('squaredErrors'), absoluteErrors: over('absoluteErrors') }
}

function pickMetrics(estimates: Record<RatingMetric, Estimate>, metrics: readonly Metric[]) {
  return Object.fromEntries(
    Object.entries(estimates).filter(([metric]) => metrics.includes(metric as Metric)),
  )
}
