// From ratings to a version in the registry: train, evaluate, refit on all ratings, publish, and record the training run.
import { type Evaluation, evaluate, supportedMetrics } from '../evaluation/evaluate.ts'
import type { Manifest } from '../registry/registry.ts'
import { fit } from './fit.ts'
import type { FitOptions, FitState, FittedModel } from './fitted-model.ts'
import { publishTrained } from './publish-trained.ts'
import type { PublishedTraining, TrainAndPublishOptions } from './published-training.ts'
import { noRefit, type Refit, refit } from './refit.ts'
import type { NewTrainingRun } from './training-runs.ts'
import { type StartWeights, startWeightsOf } from './warm-start.ts'

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
