// Evaluates a model on a task: a model trained for it, or a published version.
import { type BeyondAccuracy, createBeyondAccuracy } from '../evaluation/beyond-accuracy.ts'
import { type Diagnostics, diagnose } from '../evaluation/diagnose.ts'
import { type Evaluation, evaluate, supportedMetrics } from '../evaluation/evaluate.ts'
import { type ColdItemsEvaluation, evaluateColdItems } from '../evaluation/evaluate-cold-items.ts'
import type { EvaluationTask } from '../evaluation/evaluation-task.ts'
import { isRankingMetric, type RankingMetric } from '../evaluation/metric.ts'
import { selectRows } from '../interactions/csr/select.ts'
import { bias } from '../models/bias.ts'
import type { Model } from '../models/model.ts'
import { popularity } from '../models/popularity.ts'
import { unsuitableDataReason } from '../models/suitable-data.ts'
import { openArtifactOver } from '../registry/open-artifact.ts'
import type { LoadedVersion } from '../registry/registry.ts'
import { formatVersionName } from '../registry/version-name.ts'
import type { HeldOut } from '../splits/split.ts'
import { holdsOutRatings, withValidation } from '../splits/with-validation.ts'
import type { ExpectedCost } from './expected-cost.ts'
import type { EpochReport } from './fitted-model.ts'
import { runTrial, type TrainedModel, type TrialOptions, type TrialStage } from './trial.ts'
import type { Validation } from './validate.ts'

export interface EvaluatedModel extends Pick<Evaluation, 'metrics'>, Diagnostics {
  readonly model: string
  /** Of a published version. */
  readonly version?: number
  /** The number of epochs chosen on the validation part; null for a published version. */
  readonly epochs: number | null
  readonly epochSeconds: number | null
  /** Of the epoch that was chosen, on the validation part; absent for a published version and for a model without epochs. */
  readonly validation?: Validation
  /** Of the first 20 items of the users' lists; absent if no ranking metric was requested. */
  readonly beyondAccuracy?: BeyondAccuracy
  /** Present if the task has cold items. */
  readonly coldItems?: ColdItemsEvaluation
  readonly hyperparameters: object
}

export interface EvaluateModelOptions {
  /** Whether to measure the likelihood, or the bounds and the latent space of a VAE, too. */
  readonly diagnostics?: boolean
  /** Whether the model is trained again with the validation users, see `TrialOptions`. */
  readonly refit?: boolean
  readonly signal?: AbortSignal
  /** @param label the model and what it is trained for */
  onEpoch?(label: string, report: EpochReport): void
  /** Receives the share of the computation that is done, from 0 to 1. */
  onProgress?(label: string, share: number): void
  /** Receives the expected cost of each training. */
  onExpected?(cost: ExpectedCost): void
}

export interface ModelEvaluation {
  readonly evaluated: EvaluatedModel
  /** With the values of single users. */
  readonly evaluation: Evaluation
  /** The model that was trained for the evaluation; absent for a published version. */
  readonly trained?: Pick<TrainedModel, 'fitted' | 'train' | 'users'>
}

/**
 * Trains a model on the training part of the split and evaluates it on the test part.
 *
 * @throws the signal's reason if it interrupts training, and any error of training and evaluation
 */
export async function evaluateTrained(
  model: Model,
  hyperparameters: object,
  task: EvaluationTask,
  { diagnostics: isDiagnosed, ...options }: EvaluateModelOptions = {},
): Promise<ModelEvaluation> {
  let diagnostics: Diagnostics = {}
  let trained: ModelEvaluation['trained']
  let coldItems: ColdItemsEvaluation | undefined
  const trial = await runTrial({
    ...trialOf(model, hyperparameters, task, options),
    inspect: async ({ scorer, test, fitted, train, users }) => {
      trained = { fitted, train, users }
      if (isDiagnosed) diagnostics = await diagnose(scorer, test, task)
      if (task.coldItems) {
        const known = { scorer, train, items: task.split.items, test }
        coldItems = await evaluateColdItems(known, task.coldItems, rankingMetricsOf(task), task)
      }
    },
  })
  const { metrics, epochs, epochSeconds, validation } = trial
  const evaluated = {
    model: model.name,
    metrics,
    ...measureBeyondAccuracy(trial, trial.test, task),
    ...diagnostics,
    ...(coldItems && { coldItems }),
    epochs,
    epochSeconds,
    ...(validation && { validation }),
    hyperparameters: trial.hyperparameters,
  }
  return { evaluated, evaluation: trial, ...(trained && { trained }) }
}

function trialOf(
  model: Model,
  hyperparameters: object,
  task: EvaluationTask,
  { refit = false, signal, onEpoch, onProgress, onExpected }: EvaluateModelOptions,
): TrialOptions {
  const labelOf = (stage: TrialStage) => `${model.name}, ${stage}`
  return {
    ...task,
    model,
    hyperparameters,
    refit,
    ...(signal && { signal }),
    onEpoch: (report, stage) => onEpoch?.(labelOf(stage), report),
    onProgress: (share, stage) => onProgress?.(labelOf(stage), share),
    ...(onExpected && { onExpected }),
  }
}

function rankingMetricsOf({ metrics }: EvaluationTask): RankingMetric[] {
  const requested = metrics.filter(isRankingMetric)
  return requested.length > 0 ? requested : ['recall@20']
}

/** Evaluates a published version without training; items that it does not know have no score. */
export async function evaluateVersion(
  { manifest, artifact }: LoadedVersion,
  task: EvaluationTask,
  { diagnostics: isDiagnosed, onProgress }: Pick<EvaluateModelOptions, 'diagnostics' | 'onProgress'> = {},
): Promise<ModelEvaluation> {
  const { split, metrics, positiveThreshold } = task
  const { test } = holdsOutRatings(split) ? withValidation(split) : split
  const scorer = openArtifactOver(artifact, split.items)
  try {
    const { model, version, hyperparameters } = manifest
    const evaluation = await evaluate(scorer, test, supportedMetrics(scorer, metrics), {
      positiveThreshold,
      onProgress: (share) => onProgress?.(`${formatVersionName(manifest)}, evaluate`, share),
    })
    const evaluated = {
      model,
      version,
      metrics: evaluation.metrics,
      ...measureBeyondAccuracy(evaluation, test, task),
      ...(isDiagnosed ? await diagnose(scorer, test, task) : {}),
      epochs: null,
      epochSeconds: null,
      hyperparameters,
    }
    return { evaluated, evaluation }
  } finally {
    scorer.dispose()
  }
}

/**
 * The metrics of two simple models on the same task; of popularity alone where there are no ratings to predict.
 *
 * @param isIncluded whether to evaluate a model
 */
export async function evaluateBaselines(
  task: EvaluationTask,
  options: Omit<EvaluateModelOptions, 'diagnostics'> = {},
  isIncluded: (name: keyof Baselines) => boolean = () => true,
): Promise<Baselines> {
  const metricsOf = async (model: Model) => (await runTrial(trialOf(model, {}, task, options))).metrics
  const isMeasured = isIncluded('bias') && unsuitableDataReason(bias, task.split.train) === undefined
  return {
    ...(isIncluded('popularity') && { popularity: await metricsOf(popularity) }),
    ...(isMeasured && { bias: await metricsOf(bias) }),
  }
}

export type Baselines = Readonly<Partial<Record<'popularity' | 'bias', Evaluation['metrics']>>>

const listSize = 20

function measureBeyondAccuracy(
  { ranking }: Evaluation,
  test: HeldOut,
  { split }: EvaluationTask,
): Pick<EvaluatedModel, 'beyondAccuracy'> {
  if (ranking === undefined) return {}
  const histories = selectRows(test.histories, ranking.rows)
  return { beyondAccuracy: createBeyondAccuracy(split.train)(ranking.lists, histories, listSize) }
}
