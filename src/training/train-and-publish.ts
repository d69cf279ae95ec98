// From ratings to a version in the registry: train, evaluate, publish, and record the training run.
import { type Evaluation, evaluate, supportedMetrics } from '../evaluation/evaluate.ts'
import type { Metric } from '../evaluation/metric.ts'
import type { Model } from '../models/model.ts'
import { artifactOf } from '../registry/artifact.ts'
import type { Manifest, Provenance, Registry } from '../registry/registry.ts'
import type { HeldOut, Split } from '../splits/split.ts'
import { type EpochReport, type FitState, type FittedModel, fit } from './fit.ts'
import type { NewTrainingRun, TrainingRuns } from './training-runs.ts'
import { type StartWeights, startWeightsOf } from './warm-start.ts'

export interface TrainAndPublishOptions {
  readonly model: Model
  /** Only those that differ from the defaults. */
  readonly hyperparameters?: object
  /** Trained on `train`; the best epoch is chosen on `validation`, the last epoch counts without it. */
  readonly split: Pick<Split, 'train' | 'users' | 'items'> & Partial<Pick<Split, 'validation'>>
  /** What to evaluate the model on before it is published; it is published without metrics when absent. */
  readonly evaluation?: EvaluationOptions
  /** Identifies the ratings that were split. */
  readonly dataFingerprint: string
  /** The time of the latest rating that was split; null if the ratings have no times. */
  readonly trainedUpTo: Date | null
  readonly seed: number
  /** The name of the current backend, for the record. */
  readonly backend: string
  /** The version of the same model whose weights to start from; the initializer's weights when null or absent. */
  readonly warmFrom?: number | null
  /** The retraining run and the variant of it that is trained; such a version is published only once. */
  readonly candidate?: { readonly retrainingRun: string; readonly variant: string }
  readonly registry: Registry
  readonly runs: TrainingRuns
  /** Where to keep the state after each epoch; training resumes from the state that `load` returns. */
  readonly checkpoint?: Checkpoint
  /** Throws if this process may no longer train or publish; called before each epoch counts and before publishing. */
  requireLease?(): Promise<void>
  /**
   * Interrupts training. With a checkpoint nothing is published, and the next call resumes; without one the best epoch
   * so far is published, marked as interrupted.
   */
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport): void | Promise<void>
  /** Receives the share of the computation that is done, of a model without epochs. */
  onProgress?(share: number): void
}

export interface EvaluationOptions {
  readonly heldOut: HeldOut
  /** Metrics that the model does not support are left out. */
  readonly metrics: readonly Metric[]
  /** A rating from this value counts as positive. */
  readonly positiveThreshold: number
}

export interface Checkpoint {
  /** Undefined if no epoch was completed. */
  load(): Promise<FitState | undefined>
  save(state: FitState): Promise<void>
}

export interface PublishedTraining {
  readonly manifest: Manifest
  /** All hyperparameters, defaults included. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly metrics: Evaluation['metrics']
  /** The version whose weights training started from; null for a cold start. */
  readonly warmFrom: number | null
  /** Why training did not start from other weights; null if it did. */
  readonly coldReason: string | null
  /** Epochs trained; 0 for a model computed directly. */
  readonly epochs: number
  /** The epoch that was published. */
  readonly bestEpoch: number
  readonly history: readonly EpochReport[]
  readonly interrupted: boolean
  readonly seconds: number
}

/**
 * Trains a model and publishes it as the next version of its name. The version serves no requests until it is
 * promoted. If training fails, nothing is published, and the training run records the reason.
 *
 * @throws DivergedError if the loss is not finite, UnusableArtifactError if the weights of `warmFrom` cannot be loaded,
 * the signal's reason if it interrupts training, and any error of evaluation and publication
 */
export async function trainAndPublish(options: TrainAndPublishOptions): Promise<PublishedTraining> {
  const startedAt = performance.now()
  const { model, split, runs } = options
  const hyperparameters = { ...model.resolve(options.hyperparameters ?? {}, split.train) }
  const runId = await runs.start(newRunOf(options, hyperparameters))
  try {
    const start = await startWeightsOf({ ...options, hyperparameters })
    const fitted = await fitFrom(start, hyperparameters, options, runId)
    const metrics = await evaluateFitted(fitted, options)
    await options.requireLease?.()
    const manifest = await publish(fitted, start, metrics, options)
    const { epochs, bestEpoch, history, interrupted } = fitted
    await runs.end(runId, { status: interrupted ? 'interrupted' : 'finished', version: manifest.version })
    const { warmFrom, coldReason } = start
    const seconds = (performance.now() - startedAt) / 1000
    return {
      manifest,
      hyperparameters,
      metrics,
      warmFrom,
      coldReason,
      epochs,
      bestEpoch,
      history,
      interrupted,
      seconds,
    }
  } catch (error) {
    const status = options.signal?.aborted ? 'interrupted' : 'failed'
    const message = error instanceof Error ? error.message : String(error)
    // if the database cannot be reached either, the error of the training is the one to report
    await runs.end(runId, { status, error: message }).catch(() => {})
    throw error
  }
}

function newRunOf(
  { model, seed, dataFingerprint, backend, candidate }: TrainAndPublishOptions,
  hyperparameters: Readonly<Record<string, unknown>>,
): NewTrainingRun {
  return { model: model.name, hyperparameters, seed, dataFingerprint, backend, ...candidate }
}

async function fitFrom(
  { weights }: StartWeights,
  hyperparameters: object,
  { model, split, seed, signal, checkpoint, runs, requireLease, onEpoch, onProgress }: TrainAndPublishOptions,
  runId: string,
): Promise<FittedModel> {
  const fitted = await fit({
    model,
    hyperparameters,
    train: split.train,
    ...(split.validation && { validation: split.validation }),
    seed,
    from: await checkpoint?.load(),
    ...(weights && { initialize: () => weights }),
    ...(signal && { signal }),
    onEpoch: async (report) => {
      await requireLease?.()
      await runs.recordEpoch(runId, report)
      await onEpoch?.(report)
    },
    ...(onProgress && { onProgress }),
    ...(checkpoint && { onState: (state) => checkpoint.save(state) }),
  })
  if (checkpoint) signal?.throwIfAborted()
  return fitted
}

async function evaluateFitted(
  { weights, hyperparameters }: FittedModel,
  { model, evaluation }: TrainAndPublishOptions,
): Promise<Evaluation['metrics']> {
  if (!evaluation) return {}
  const { heldOut, metrics, positiveThreshold } = evaluation
  const scorer = model.open(weights, hyperparameters)
  try {
    return (await evaluate(scorer, heldOut, supportedMetrics(scorer, metrics), { positiveThreshold })).metrics
  } finally {
    scorer.dispose()
  }
}

function publish(
  { weights, hyperparameters }: FittedModel,
  { warmFrom, hasUserWeights }: StartWeights,
  metrics: Provenance['metrics'],
  { model, split, seed, dataFingerprint, backend, trainedUpTo, candidate, registry }: TrainAndPublishOptions,
): Promise<Manifest> {
  const { train, users, items } = split
  const trained = { model: model.name, hyperparameters: { ...hyperparameters }, weights }
  const artifact = artifactOf(trained, { matrix: train, items })
  return registry.publish(
    { ...artifact, ...(hasUserWeights && { users }) },
    {
      seed,
      dataFingerprint,
      data: { users: train.rows, items: train.columns, ratings: train.values.length },
      metrics,
      backend,
      parentVersion: warmFrom,
      trainedUpTo,
      ...candidate,
    },
    trainingUsersOf(split),
  )
}

/** The users with a rating in the training part; the weights contain nothing of the others. */
function trainingUsersOf({ train, users }: Pick<Split, 'train' | 'users'>): string[] {
  return users.ids.filter((_, user) => train.offsets[user]! < train.offsets[user + 1]!)
}
