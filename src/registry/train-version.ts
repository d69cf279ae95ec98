// From ratings to a version in the registry: train, judge, publish, and keep a record of it all.
import { type Evaluation, evaluate, supportedMetrics } from '../evaluation/evaluate.ts'
import type { Metric } from '../evaluation/metric.ts'
import { resolveHyperparameters } from '../models/hyperparameters.ts'
import type { Model } from '../models/model.ts'
import { openModel } from '../models/open-model.ts'
import type { Split } from '../splits/split.ts'
import { type EpochReport, type FittedModel, fit } from '../training/fit.ts'
import type { TrainingRuns } from '../training/training-runs.ts'
import { type Artifact, artifactOf } from './artifact.ts'
import type { Manifest, Registry } from './registry.ts'

export interface TrainVersionOptions {
  readonly model: Model
  /** Those that shall differ from the defaults. */
  readonly hyperparameters?: object
  /** Trained on its training part, the best epoch chosen on its validation part, judged on its test part. */
  readonly split: Split
  /** Identifies the ratings that were split. */
  readonly dataFingerprint: string
  /** The latest of the ratings that were split; null where none has a time. */
  readonly trainedUpTo: Date | null
  /** Those that this model does not have are left out. */
  readonly metrics: readonly Metric[]
  /** The rating from which on a test rating counts as liked. */
  readonly positiveThreshold: number
  readonly seed: number
  /** The name of the current backend, for the record. */
  readonly backend: string
  readonly registry: Registry
  readonly runs: TrainingRuns
  /** Ends training; the best epoch so far is published, marked as interrupted. */
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport): void
}

export interface TrainedVersion {
  readonly manifest: Manifest
  readonly metrics: Evaluation['metrics']
  /** Epochs trained; 0 for a model computed at once. */
  readonly epochs: number
  readonly interrupted: boolean
  readonly seconds: number
}

/**
 * Trains a model and publishes it as the next version of its name. It answers nobody before it is promoted. Training
 * that fails publishes nothing, and its run says why.
 *
 * @throws DivergedError when the loss is not finite, the signal's reason when not one epoch was done, and whatever
 * judging and publishing throw
 */
export async function trainVersion(options: TrainVersionOptions): Promise<TrainedVersion> {
  const { model, split, runs, seed, backend, dataFingerprint, trainedUpTo } = options
  const started = performance.now()
  const hyperparameters = hyperparametersOf(options)
  const id = await runs.start({ model: model.name, hyperparameters, seed, dataFingerprint, backend })
  try {
    const fitted = await fit({
      model,
      hyperparameters,
      train: split.train,
      validation: split.validation,
      seed,
      ...(options.signal && { signal: options.signal }),
      onEpoch: async (report) => {
        options.onEpoch?.(report)
        await runs.recordEpoch(id, report)
      },
    })
    const { metrics } = await judgeFit(options, fitted)
    const provenance = {
      seed,
      dataFingerprint,
      data: { users: split.train.rows, items: split.train.columns, ratings: split.train.values.length },
      metrics,
      backend,
      parentVersion: null,
      trainedUpTo,
    }
    const artifact = artifactOfFit(options, fitted)
    const manifest = await options.registry.publish(artifact, provenance, trainingUsers(split))
    const { epochs, interrupted } = fitted
    await runs.end(id, { status: interrupted ? 'interrupted' : 'finished', version: manifest.version })
    return { manifest, metrics, epochs, interrupted, seconds: (performance.now() - started) / 1000 }
  } catch (error) {
    const status = options.signal?.aborted ? 'interrupted' : 'failed'
    await runs.end(id, { status, error: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

function hyperparametersOf({
  model,
  hyperparameters = {},
  split,
}: TrainVersionOptions): Record<string, unknown> {
  return model.kind === 'gradient'
    ? { ...resolveHyperparameters(model, hyperparameters, split.train) }
    : { ...resolveHyperparameters(model, hyperparameters, split.train) }
}

async function judgeFit(
  { model, split, metrics, positiveThreshold }: TrainVersionOptions,
  fitted: FittedModel,
): Promise<Evaluation> {
  const scorer = openModel(model, fitted.weights, fitted.hyperparameters)
  try {
    return await evaluate(scorer, split.test, supportedMetrics(scorer, metrics), { positiveThreshold })
  } finally {
    scorer.dispose()
  }
}

/** Users without a rating in the training part left nothing in the weights. */
export function trainingUsers({ train, users }: Pick<Split, 'train' | 'users'>): string[] {
  return users.ids.filter((_, user) => train.offsets[user]! < train.offsets[user + 1]!)
}

function artifactOfFit(
  { model, split }: TrainVersionOptions,
  { weights, hyperparameters }: FittedModel,
): Artifact {
  const trained = { model: model.name, hyperparameters: { ...hyperparameters }, weights }
  return artifactOf(trained, { matrix: split.train, items: split.items })
}
