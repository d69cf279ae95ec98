import type { Database } from '../../src/db/database.ts'
import {
  createEvaluationTask,
  type EvaluationTask,
  type EvaluationTaskOptions,
  type ProtocolRatings,
  sizesOf,
} from '../../src/evaluation/evaluation-task.ts'
import type { Metric } from '../../src/evaluation/metric.ts'
import { perUserMetrics } from '../../src/evaluation/per-user-metrics.ts'
import { worseThanBaselines } from '../../src/evaluation/worse-than-baselines.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import { measurePositives } from '../../src/interactions/positive-share.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import type { Manifest } from '../../src/registry/registry.ts'
import { formatVersionName, parseVersionName } from '../../src/registry/version-name.ts'
import { holdOutItems } from '../../src/splits/hold-out-items.ts'
import type { Protocol } from '../../src/splits/protocol.ts'
import {
  type EvaluatedModel,
  type EvaluateModelOptions,
  evaluateBaselines,
  evaluateTrained,
  evaluateVersion,
  type ModelEvaluation,
} from '../../src/training/evaluate-model.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { logRepeatedTestRatings } from '../terminal/log-repeated-test-ratings.ts'
import { modelNamed } from '../terminal/model-named.ts'
import { type ItemsOptions, readAttributes } from '../terminal/read-attributes.ts'
import { type DataOptions, readData, readsDatabase } from '../terminal/read-data.ts'
import { logLine, type OptionalDatabase, withDatabase } from '../terminal/with-database.ts'
import type { EvaluateReport } from './format.ts'
import { type Evaluated, publishEvaluated } from './publish-evaluated.ts'
import { requirePerUserFile, writePerUser } from './write-per-user.ts'

export interface EvaluateOptions extends EvaluationTaskOptions, DataOptions, ItemsOptions, BackendOptions {
  /** A model to train, or a version such as mult-vae@3. */
  readonly model: string
  /** Hyperparameters that differ from the defaults. */
  readonly set: Readonly<Record<string, unknown>>
  readonly diagnostics?: boolean
  /** Whether to evaluate simple models on the same split. */
  readonly baselines: boolean
  /** The file for the metrics of single users. */
  readonly perUser?: string
  /** Whether to publish the trained model as a version. */
  readonly save?: boolean
  /** The share of the items that are held out from training, to measure how new items are recommended. */
  readonly coldItems?: number
  /** Whether the validation users of strong generalization are trained on for the evaluated model. */
  readonly refit?: boolean
}

/**
 * Evaluates a model and the baselines on the same split.
 *
 * @throws UsageError if the options do not fit together, and any error of reading, splitting, training and evaluation
 */
export async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<EvaluateReport> {
  const startedAt = performance.now()
  const { model, set, protocol, split: rule, seed, perUser, save = false, refit = false } = options
  const { diagnostics = false } = options
  const isVersion = model.includes('@')
  if (isVersion && Object.keys(set).length > 0)
    throw new UsageError(`--set is for training; the hyperparameters of ${model} are fixed`)
  if (isVersion && refit) throw new UsageError(`--refit is for training; ${model} is evaluated as published`)
  if (isVersion && save) throw new UsageError(`--save is for training; ${model} is already stored`)
  if (perUser !== undefined) requirePerUserFile(perUser)
  requireTraining(options)
  const evaluateModel = isVersion ? versionEvaluation(model, protocol) : trainedEvaluation(model, set)
  const progress = createEpochProgress()
  const training = {
    ...{ signal, diagnostics, refit },
    ...{ onEpoch: progress.update, onProgress: progress.advance, onExpected: progress.expect },
  }
  try {
    const evaluateOn = async (opened: OptionalDatabase) => {
      const { name: backend } = await openBackend(options)
      const data = await readData(options, opened?.database.sql, signal)
      const task = await holdOutColdItems(
        createEvaluationTask(options, data),
        options,
        opened?.database,
        signal,
      )
      logRepeatedTestRatings(task, options.repeatedPairs)
      const evaluation = await evaluateModel(task, training, data, opened)
      const { evaluated } = evaluation
      logUnsupportedMetrics(evaluated, task)
      if (perUser !== undefined) await writeUsers(perUser, evaluation, task)
      const published = save && (await publish(evaluation, { data, task, protocol, backend }, opened!))
      const positives = measurePositives(data.ratings.matrix, task.positiveThreshold)
      const baselines = options.baselines ? await evaluateBaselines(task, training) : {}
      const metrics = { ...baselines, [evaluated.model]: evaluated.metrics }
      return {
        ...evaluated,
        ...(published && { version: published.version }),
        protocol,
        baselines,
        worseThanBaselines: worseThanBaselines(evaluated.model, metrics),
        backend,
        seed,
        positives,
        split: { rule, ...sizesOf(task.split) },
        expected: progress.expected,
        seconds: (performance.now() - startedAt) / 1000,
      }
    }
    const needsDatabase = isVersion || save || readsDatabase(options)
    return await (needsDatabase
      ? withDatabase((database, config) => evaluateOn({ database, config }))
      : evaluateOn(undefined))
  } finally {
    progress.finish()
  }
}

function requireTraining({ model, save, coldItems, items }: EvaluateOptions): void {
  if (items !== undefined && coldItems === undefined)
    throw new UsageError('--items names the attributes for --cold-items')
  if (coldItems === undefined) return
  if (model.includes('@')) throw new UsageError(`--cold-items is for training; ${model} may know these items`)
  if (save)
    throw new UsageError(
      '--save cannot be combined with --cold-items, because the model is not trained on the cold items',
    )
}

async function holdOutColdItems(
  task: EvaluationTask,
  { coldItems: share, ...options }: EvaluateOptions,
  database: Database | undefined,
  signal: AbortSignal,
): Promise<EvaluationTask> {
  if (share === undefined) return task
  const attributes = await readAttributes(options, database, signal)
  const { split, heldOutItems } = holdOutItems(task.split, share, task.seed)
  return { ...task, split, coldItems: { ...heldOutItems, attributes } }
}

type EvaluateModel = (
  task: EvaluationTask,
  options: EvaluateModelOptions,
  data: ProtocolRatings,
  opened: OptionalDatabase,
) => Promise<ModelEvaluation>

function trainedEvaluation(name: string, hyperparameters: object): EvaluateModel {
  const model = modelNamed(name)
  return (task, options) => evaluateTrained(model, hyperparameters, task, options)
}

function versionEvaluation(name: string, protocol: Protocol): EvaluateModel {
  const version = parseVersionName(name)
  return async (task, options, { ratings }, opened) => {
    const loaded = await openRegistry(opened!.database, opened!.config).load(version)
    if (loaded.manifest.dataFingerprint === fingerprint(ratings))
      logLine(`${formatVersionName(version)} was trained on these ratings, so its metrics are too good`)
    else if (protocol !== 'last-period')
      logLine(
        `If ${formatVersionName(version)} was trained on some of these ratings, its metrics are too good`,
      )
    return evaluateVersion(loaded, task, options)
  }
}

function writeUsers(path: string, { evaluation, evaluated }: ModelEvaluation, { split }: EvaluationTask) {
  const metrics = Object.keys(evaluated.metrics) as Metric[]
  return writePerUser(path, perUserMetrics(evaluation, split.testUserIds, metrics), metrics)
}

async function publish(
  evaluation: ModelEvaluation,
  from: Omit<Evaluated, keyof ModelEvaluation>,
  opened: NonNullable<OptionalDatabase>,
): Promise<Manifest> {
  const manifest = await publishEvaluated({ ...(evaluation as Required<ModelEvaluation>), ...from }, opened)
  const name = formatVersionName(manifest)
  logLine(`Published as ${name}; to let it serve requests: npm run promote -- ${name}`)
  return manifest
}

function logUnsupportedMetrics({ model, metrics }: EvaluatedModel, task: EvaluationTask): void {
  const missing = task.metrics.filter((metric) => !(metric in metrics)).join(' and ')
  if (missing !== '') logLine(`${model} does not predict ratings, so it has no ${missing}`)
}
