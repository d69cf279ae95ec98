// From ratings to a version in the registry: train, evaluate, refit on all ratings, publish, and record the training run.
import { type Evaluation, evaluate, supportedMetrics } from '../evaluation/evaluate.ts'
import type { Metric } from '../evaluation/metric.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { Model } from '../models/model.ts'
import type { Catalog } from '../ratings/item-catalog.ts'
import type { Manifest, Provenance, RefitCandidate, Registry } from '../registry/registry.ts'
import type { HeldOut, Split } from '../splits/split.ts'
import type { ExpectedCost } from './expected-cost.ts'
import { fit } from './fit.ts'
import type { ChosenShares, EpochReport, FitOptions, FitState, FittedModel } from './fitted-model.ts'
import { publishTrained } from './publish-trained.ts'
import { noRefit, type Refit, refit } from './refit.ts'
import type { NewTrainingRun, TrainingRuns } from './training-runs.ts'
import { type StartWeights, startWeightsOf } from './warm-start.ts'

export interface TrainAndPublishOptions {
  readonly model: Model
  /** Only those that differ from the defaults. */
  readonly hyperparameters?: object
  /** Finds hyperparameters for this training, which go before those of `hyperparameters`; undefined for none. */
  searchHyperparameters?(): Promise<object | undefined>
  /** Trained on `train`; the best epoch is chosen on `validation`, the last epoch counts without it. */
  readonly split: Pick<Split, 'train' | 'users' | 'items'> & Partial<Pick<Split, 'validation'>>
  /** What to evaluate the model on before it is published; it is published without metrics when absent. */
  readonly evaluation?: EvaluationOptions
  /**
   * All ratings, users × items of `split`. After the evaluation the model is trained on them for as many epochs as the
   * best one, and these weights are published instead of the evaluated ones.
   */
  readonly refitOn?: CsrMatrix
  /** The candidate that this training repeats, for as many epochs, on the ratings in `split.train`. */
  readonly refitOf?: { readonly candidate: RefitCandidate; readonly metrics: Provenance['metrics'] }
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
  /** Called before publishing. */
  readCatalog(): Promise<Catalog>
  readonly registry: Registry
  readonly runs: TrainingRuns
  /** Where to keep the state after each epoch; training resumes from the state that `load` returns. */
  readonly checkpoint?: Checkpoint
  /** Throws if this process may no longer train or publish; called before each epoch counts and before publishing. */
  requireLease?(): Promise<void>
  /**
   * Interrupts training. With a checkpoint nothing is published, and the next call resumes; without one the best epoch
   * so far is published, not refit, and marked as interrupted.
   */
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport, stage: TrainingStage): void | Promise<void>
  /** Receives the share of the computation that is done, from 0 to 1. */
  onProgress?(share: number, stage: TrainingStage): void
  /** Receives the expected cost of each training, the one on `refitOn` included. */
  onExpected?(cost: ExpectedCost): void
}

/** `refit` is the training on `refitOn`. */
export type TrainingStage = 'candidate' | 'refit'

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
  /** With the values of single users; undefined without `evaluation`. */
  readonly evaluation: Evaluation | undefined
  /** The version whose weights training started from; null for a cold start. */
  readonly warmFrom: number | null
  /** Why training did not start from other weights; null if it did. */
  readonly coldReason: string | null
  /** Epochs trained before the refit; 0 for a model computed directly. */
  readonly epochs: number
  /** The best epoch, which is also the number of epochs of the refit. */
  readonly bestEpoch: number
  readonly history: readonly EpochReport[]
  /** Null for a model that is no blend, and for one whose shares were set. */
  readonly chosenShares: ChosenShares | null
  readonly interrupted: boolean
  /** Why the evaluated weights were published although a refit was requested; null otherwise. */
  readonly refitFailure: string | null
  readonly seconds: number
}

/**
 * Trains a model and publishes it as the next version of its name. The version serves no requests until it is
 * promoted. If training fails, nothing is published, and the training run records the reason; if only the refit fails,
 * the evaluated weights are published.
 *
 * @throws DivergedError if the loss is not finite, UnusableArtifactError if the weights of `warmFrom` cannot be loaded,
 * the signal's reason if it interrupts training, and any error of evaluation and publication
 */
export async function trainAndPublish(options: TrainAndPublishOptions): Promise<PublishedTraining> {
  const startedAt = performance.now()
  const { model, split, runs } = options
  const resolve = (found: object = {}) => ({
    ...model.resolve({ ...found, ...options.hyperparameters }, split.train),
  })
  // recorded before the search: an erasure names the trainings that may learn from the user
  const runId = await runs.start(newRunOf(options, resolve()))
  try {
    const from = await options.checkpoint?.load()
    const found = await options.searchHyperparameters?.()
    const hyperparameters = keptHyperparameters(from) ?? resolve(found)
    if (from || found) await runs.setHyperparameters(runId, hyperparameters)
    const start = await startWeightsOf({ ...options, hyperparameters })
    const fitted = await fitFrom(start, { hyperparameters, from }, options, runId)
    const evaluation = await evaluateFitted(fitted, options)
    const refitted = await refitFrom(start, fitted, options)
    await options.requireLease?.()
    const manifest = await publish(fitted, refitted, start, evaluation, options)
    const { epochs, bestEpoch, history, chosenShares = null } = fitted
    const interrupted = fitted.interrupted || refitted.interrupted
    await runs.end(runId, { status: interrupted ? 'interrupted' : 'finished', version: manifest.version })
    const { warmFrom, coldReason } = start
    return {
      manifest,
      hyperparameters: { ...fitted.hyperparameters },
      metrics: evaluation?.metrics ?? {},
      evaluation,
      warmFrom,
      coldReason,
      epochs,
      bestEpoch,
      history,
      chosenShares,
      interrupted,
      refitFailure: refitted.failure,
      seconds: (performance.now() - startedAt) / 1000,
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

/** A resumed training keeps its hyperparameters, although other devices have other defaults. */
function keptHyperparameters(from: FitState | undefined): Record<string, unknown> | undefined {
  return from && 'training' in from && from.hyperparameters ? { ...from.hyperparameters } : undefined
}

async function fitFrom(
  { weights }: StartWeights,
  { hyperparameters, from }: Required<Pick<FitOptions, 'hyperparameters' | 'from'>>,
  options: TrainAndPublishOptions,
  runId: string,
): Promise<FittedModel> {
  const { model, split, refitOf, seed, signal, checkpoint, runs, requireLease, onEpoch, onProgress } = options
  const fitted = await fit({
    model,
    hyperparameters,
    train: split.train,
    ...(split.validation && { validation: split.validation }),
    ...(refitOf && { lastEpoch: refitOf.candidate.epochs }),
    seed,
    from,
    ...(weights && { initialize: () => weights }),
    ...(signal && { signal }),
    onEpoch: async (report) => {
      await requireLease?.()
      await runs.recordEpoch(runId, report)
      await onEpoch?.(report, 'candidate')
    },
    onProgress: (share) => onProgress?.(share, 'candidate'),
    onExpected: (cost) =>
      options.onExpected?.({ ...cost, seconds: (options.refitOn ? 2 : 1) * cost.seconds }),
    ...(checkpoint && { onState: (state) => checkpoint.save(state) }),
  })
  if (checkpoint) signal?.throwIfAborted()
  return fitted
}

async function evaluateFitted(
  { weights, hyperparameters }: FittedModel,
  { model, evaluation }: TrainAndPublishOptions,
): Promise<Evaluation | undefined> {
  if (!evaluation) return undefined
  const { heldOut, metrics, positiveThreshold } = evaluation
  const scorer = model.open(weights, hyperparameters)
  try {
    return await evaluate(scorer, heldOut, supportedMetrics(scorer, metrics), { positiveThreshold })
  } finally {
    scorer.dispose()
  }
}

async function refitFrom(
  { weights }: StartWeights,
  { hyperparameters, bestEpoch }: FittedModel,
  { model, refitOn, seed, signal, onEpoch, onProgress }: TrainAndPublishOptions,
): Promise<Refit> {
  if (!refitOn) return noRefit
  return refit({
    ...{ model, hyperparameters, seed, start: weights, epochs: bestEpoch, ratings: refitOn, signal },
    onEpoch: (report) => onEpoch?.(report, 'refit'),
    onProgress: (share) => onProgress?.(share, 'refit'),
  })
}

async function publish(
  candidate: FittedModel,
  { fitted: refitted }: Refit,
  start: StartWeights,
  evaluation: Evaluation | undefined,
  options: TrainAndPublishOptions,
): Promise<Manifest> {
  const { model, split, refitOn, refitOf, seed, dataFingerprint, backend, trainedUpTo } = options
  const { train, users, items } = split
  const evaluated = { version: null, ratings: train.values.length, epochs: candidate.bestEpoch }
  return publishTrained(
    {
      ...{ model: model.name, start, users, items },
      fitted: refitted ?? candidate,
      ratings: refitted ? refitOn! : train,
      catalog: await options.readCatalog(),
    },
    {
      ...{ seed, dataFingerprint, backend, trainedUpTo, ...options.candidate },
      metrics: refitOf?.metrics ?? evaluation?.metrics ?? {},
      refitOf: refitted ? evaluated : (refitOf?.candidate ?? null),
    },
    options.registry,
  )
}
