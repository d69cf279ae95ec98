import {
  createEvaluationTask,
  type EvaluationTask,
  type EvaluationTaskOptions,
  type ProtocolRatings,
  sizesOf,
} from '../../src/evaluation/evaluation-task.ts'
import { worseThanBaselines } from '../../src/evaluation/worse-than-baselines.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import { measurePositives } from '../../src/interactions/positive-share.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { formatVersionName, parseVersionName } from '../../src/registry/version-name.ts'
import {
  type EvaluatedModel,
  type EvaluateModelOptions,
  evaluateBaselines,
  evaluateTrained,
  evaluateVersion,
} from '../../src/training/evaluate-model.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { modelNamed } from '../terminal/model-named.ts'
import { type DataOptions, readData, readsDatabase } from '../terminal/read-data.ts'
import { logLine, type OptionalDatabase, withDatabase } from '../terminal/with-database.ts'
import type { EvaluateReport } from './format.ts'

export interface EvaluateOptions extends EvaluationTaskOptions, DataOptions, BackendOptions {
  /** A model to train, or a version such as mult-vae@3. */
  readonly model: string
  /** Hyperparameters that differ from the defaults. */
  readonly set: Readonly<Record<string, unknown>>
  readonly diagnostics?: boolean
}

/**
 * Evaluates a model and the baselines on the same split.
 *
 * @throws UsageError if the options do not fit together, and any error of reading, splitting, training and evaluation
 */
export async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<EvaluateReport> {
  const startedAt = performance.now()
  const { model, set, protocol, split: rule, seed, diagnostics = false } = options
  const isVersion = model.includes('@')
  if (isVersion && Object.keys(set).length > 0)
    throw new UsageError(`--set is for training; ${model} is published with its hyperparameters`)
  const evaluateModel = isVersion ? versionEvaluation(model) : trainedEvaluation(model, set)
  const progress = createEpochProgress()
  const training = { signal, diagnostics, onEpoch: progress.update, onProgress: progress.advance }
  try {
    const evaluateOn = async (opened: OptionalDatabase) => {
      const { name: backend } = await openBackend(options)
      const data = await readData(options, opened?.database.sql, signal)
      const task = createEvaluationTask(options, data)
      logSkippedTestRatings(data, task)
      const evaluated = await evaluateModel(task, training, data, opened)
      logUnsupportedMetrics(evaluated, task)
      const positives = measurePositives(data.ratings.matrix, task.positiveThreshold)
      const baselines = await evaluateBaselines(task, training)
      const metrics = { ...baselines, [evaluated.model]: evaluated.metrics }
      return {
        ...evaluated,
        protocol,
        baselines,
        worseThanBaselines: worseThanBaselines(evaluated.model, metrics),
        backend,
        seed,
        positives,
        split: { rule, ...sizesOf(task.split) },
        seconds: (performance.now() - startedAt) / 1000,
      }
    }
    const needsDatabase = isVersion || readsDatabase(options)
    return await (needsDatabase
      ? withDatabase((database, config) => evaluateOn({ database, config }))
      : evaluateOn(undefined))
  } finally {
    progress.finish()
  }
}

type EvaluateModel = (
  task: EvaluationTask,
  options: EvaluateModelOptions,
  data: ProtocolRatings,
  opened: OptionalDatabase,
) => Promise<EvaluatedModel>

function trainedEvaluation(name: string, hyperparameters: object): EvaluateModel {
  const model = modelNamed(name)
  return (task, options) => evaluateTrained(model, hyperparameters, task, options)
}

function versionEvaluation(name: string): EvaluateModel {
  const version = parseVersionName(name)
  return async (task, options, { ratings }, opened) => {
    const loaded = await openRegistry(opened!.database, opened!.config).load(version)
    if (loaded.manifest.dataFingerprint === fingerprint(ratings))
      logLine(`${formatVersionName(version)} was trained on these ratings, so its metrics are too good`)
    return evaluateVersion(loaded, task, options)
  }
}

function logSkippedTestRatings({ test }: ProtocolRatings, { split }: EvaluationTask): void {
  const skipped = (test?.matrix.values.length ?? 0) - split.test.targets.values.length
  if (skipped > 0)
    logLine(`${skipped} test ratings are skipped: the training file has the same user and item`)
}

function logUnsupportedMetrics({ model, metrics }: EvaluatedModel, task: EvaluationTask): void {
  const missing = task.metrics.filter((metric) => !(metric in metrics)).join(' and ')
  if (missing !== '') logLine(`${model} does not predict ratings, so it has no ${missing}`)
}
