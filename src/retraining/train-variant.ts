// One variant of a run, from its ratings to a published version: what a machine of its own may do.
import type { Database } from '../db/database.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { resolveHyperparameters } from '../models/hyperparameters.ts'
import type { Model } from '../models/model.ts'
import { findModel } from '../models/models.ts'
import { artifactOf } from '../registry/artifact.ts'
import type { Manifest, Registry } from '../registry/registry.ts'
import { trainingUsers } from '../registry/train-version.ts'
import { holdOutPeriod, type PeriodOptions, type PeriodSplit } from '../splits/hold-out-period.ts'
import { type EpochReport, type FittedModel, fit } from '../training/fit.ts'
import { createPostgresTrainingRuns } from '../training/postgres-training-runs.ts'
import type { NewTrainingRun } from '../training/training-runs.ts'
import type { TrainedVariant } from './result.ts'
import { openRunFolder, type RunFolder } from './run-folder.ts'
import { type Start, startOf } from './warm-start.ts'

/** All that it takes to train a variant, as plain data: the ratings lie in the folder of the run. */
export interface TrainVariantJob {
  readonly runId: string
  readonly variant: string
  readonly model: string
  /** Those that differ from the model's defaults. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly seed: number
  readonly split: PeriodOptions
  /** The version of the model to start from; null to start over. */
  readonly warmFrom: number | null
  /** ISO 8601: the instant of the run's snapshot. */
  readonly trainedUpTo: string
  readonly dataFingerprint: string
}

export interface TrainVariantDependencies {
  readonly database: Database
  readonly registry: Registry
  /** The folder that holds what Palate keeps, the same for all machines that share a run. */
  readonly home: string
  /** The name of the current backend. */
  readonly backend: string
  /** The run's ratings where they are at hand; else they are read from its folder. */
  readonly ratings?: Interactions
  /** Ends training; it goes on from the last epoch when the job is done again. */
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport): void | Promise<void>
  /** Every epoch before it counts: throws where the run has lost its right to go on. */
  requireLease?(): Promise<void>
}

/**
 * Trains a variant and publishes it as the next version of its model, once: done again after whatever interrupted it,
 * it goes on from the last epoch to the very result it would have come to, on the same backend.
 *
 * @throws DivergedError when the loss is not finite, DamagedFileError when ratings or checkpoint are damaged,
 * UnusableArtifactError when the weights to start from are, the signal's reason, and whatever training and publishing
 * throw
 */
export async function trainVariant(
  job: TrainVariantJob,
  dependencies: TrainVariantDependencies,
): Promise<TrainedVariant> {
  const started = performance.now()
  const runs = createPostgresTrainingRuns(dependencies.database)
  const training = await prepare(job, dependencies)
  const id = await runs.start(describe(training))
  try {
    const start = await startOf(training, job, dependencies.registry)
    const fitted = await learn(training, start, (report) => runs.recordEpoch(id, report))
    await dependencies.requireLease?.()
    const { version } = await publish(training, fitted, start)
    await runs.end(id, { status: 'finished', version })
    const { epochs, bestEpoch, history: curve } = fitted
    const { warmFrom, coldReason } = start
    const seconds = (performance.now() - started) / 1000
    const { hyperparameters } = training
    return { version, hyperparameters, warmFrom, coldReason, epochs, bestEpoch, curve, seconds }
  } catch (error) {
    const status = dependencies.signal?.aborted ? 'interrupted' : 'failed'
    const message = error instanceof Error ? error.message : String(error)
    // where the database is what failed, the first error matters more
    await runs.end(id, { status, error: message }).catch(() => {})
    throw error
  }
}

/** A job with all that it needs at hand. */
interface Training {
  readonly job: TrainVariantJob
  readonly dependencies: TrainVariantDependencies
  readonly folder: RunFolder
  readonly model: Model
  /** All of them. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly split: PeriodSplit
}

async function prepare(job: TrainVariantJob, dependencies: TrainVariantDependencies): Promise<Training> {
  const folder = openRunFolder(dependencies.home, job.runId)
  const model = findModel(job.model)
  const split = holdOutPeriod(dependencies.ratings ?? (await folder.loadRatings()), job.split)
  return { job, dependencies, folder, model, hyperparameters: hyperparametersOf(model, job, split), split }
}

function describe({ job, dependencies, hyperparameters }: Training): NewTrainingRun {
  const { model, seed, dataFingerprint, runId: retrainingRun, variant } = job
  return {
    model,
    hyperparameters,
    seed,
    dataFingerprint,
    backend: dependencies.backend,
    retrainingRun,
    variant,
  }
}

function hyperparametersOf(
  model: Model,
  { hyperparameters }: TrainVariantJob,
  { train }: PeriodSplit,
): Record<string, unknown> {
  return model.kind === 'gradient'
    ? { ...resolveHyperparameters(model, hyperparameters, train) }
    : { ...resolveHyperparameters(model, hyperparameters, train) }
}

/** From the last epoch that was done, where there is one. */
async function learn(
  { job, dependencies, folder, model, hyperparameters, split }: Training,
  { weights }: Start,
  recordEpoch: (report: EpochReport) => Promise<void>,
): Promise<FittedModel> {
  const { signal, requireLease, onEpoch } = dependencies
  const fitted = await fit({
    model,
    hyperparameters,
    train: split.train,
    ...(split.validationUsers.length > 0 && { validation: split.validation }),
    seed: job.seed,
    from: await folder.loadCheckpoint(job.variant),
    ...(weights && { initialize: () => weights }),
    ...(signal && { signal }),
    onEpoch: async (report) => {
      await requireLease?.()
      await recordEpoch(report)
      await onEpoch?.(report)
    },
    onState: (state) => folder.saveCheckpoint(job.variant, state),
  })
  signal?.throwIfAborted()
  return fitted
}

function publish(
  { job, dependencies, model, split }: Training,
  { weights, hyperparameters }: FittedModel,
  { warmFrom, knowsUsers }: Start,
): Promise<Manifest> {
  const { train, users, items } = split
  const trained = { model: model.name, hyperparameters: { ...hyperparameters }, weights }
  const artifact = artifactOf(trained, { matrix: train, items })
  return dependencies.registry.publish(
    { ...artifact, ...(knowsUsers && { users }) },
    {
      seed: job.seed,
      dataFingerprint: job.dataFingerprint,
      data: { users: train.rows, items: train.columns, ratings: train.values.length },
      metrics: {},
      backend: dependencies.backend,
      parentVersion: warmFrom,
      trainedUpTo: new Date(job.trainedUpTo),
      retrainingRun: job.runId,
      variant: job.variant,
    },
    trainingUsers(split),
  )
}
