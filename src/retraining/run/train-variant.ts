// Trains and publishes one variant of a run, in this process or on another machine.
import type { Database } from '../../db/database.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { positiveRatings } from '../../interactions/positives.ts'
import { findModel } from '../../models/models.ts'
import { readCatalog } from '../../ratings/postgres-item-catalog.ts'
import type { ArtifactStore } from '../../registry/artifact-store.ts'
import type { Registry } from '../../registry/registry.ts'
import { holdOutPeriod, type PeriodOptions } from '../../splits/hold-out-period.ts'
import type { Split } from '../../splits/split.ts'
import type { ExpectedCost } from '../../training/expected-cost.ts'
import type { EpochReport } from '../../training/fitted-model.ts'
import { createPostgresTrainingRuns } from '../../training/postgres-training-runs.ts'
import { trainAndPublish } from '../../training/train-and-publish.ts'
import {
  type FoundHyperparameters,
  type SearchBudget,
  searchAutomatically,
} from '../../tuning/automatic-search.ts'
import { createPostgresStudies } from '../../tuning/postgres-studies.ts'
import type { TrialRecord } from '../../tuning/study.ts'
import type { TrainedVariant } from '../result.ts'
import { createPostgresRuns } from './postgres-runs.ts'
import { openRunFolder } from './run-folder.ts'

/** Everything that training a variant needs, as plain data; the ratings are in the folder of the run. */
export interface TrainVariantJob {
  readonly runId: string
  readonly variant: string
  readonly model: string
  /** Those that differ from the model's defaults. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** Whether hyperparameters are searched before the training, on the validation users, and for how long. */
  readonly search?: SearchBudget
  readonly seed: number
  readonly split: PeriodOptions
  /** The version of the model to start from; null for a cold start. */
  readonly warmFrom: number | null
  /** The candidate to train again, on all ratings of the run, with its hyperparameters and for as many epochs. */
  readonly refitOf?: { readonly version: number; readonly epochs: number }
  /** ISO 8601: the time of the run's snapshot. */
  readonly trainedUpTo: string
  readonly dataFingerprint: string
}

export interface TrainVariantDependencies {
  readonly database: Database
  readonly registry: Registry
  /** With the state of the run in its folder `retraining`, shared by all machines that train its variants. */
  readonly store: ArtifactStore
  /** The name of the current backend. */
  readonly backend: string
  /** The run's ratings if they are in memory; read from the run's folder when absent. */
  readonly ratings?: Interactions
  /** Interrupts training; the next call with the same job resumes from the last epoch. */
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport): void | Promise<void>
  /** Receives the share of the training that is done, from 0 to 1. */
  onProgress?(share: number): void
  /** Receives the expected cost of the training. */
  onExpected?(cost: ExpectedCost): void
  /** Receives the trials of a search after each result. */
  onTrial?(trials: readonly TrialRecord[]): void
  /** Throws if the run has lost its lease; called before each epoch counts. */
  requireLease?(): Promise<void>
}

/**
 * Trains a variant and publishes it as the next version of its model, only once. After an interruption the same call
 * resumes from the last epoch and, on the same backend, gives the weights of an uninterrupted training.
 *
 * @throws DamagedFileError if the run's ratings or the checkpoint are damaged, the signal's reason, and any error of
 * `trainAndPublish`
 */
export async function trainVariant(
  job: TrainVariantJob,
  dependencies: TrainVariantDependencies,
): Promise<TrainedVariant> {
  const { refitOf, ...options } = job
  const { runId, variant } = job
  const folder = openRunFolder(dependencies.store, runId, createPostgresRuns(dependencies.database))
  const ratings = dependencies.ratings ?? (await folder.loadRatings())
  const learning = refitOf
    ? await refitOptions(job, ratings, dependencies.registry)
    : candidateOptions(job, ratings)
  let found: FoundHyperparameters | undefined
  const { manifest, history, ...trained } = await trainAndPublish({
    ...dependencies,
    ...options,
    ...learning,
    ...(job.search &&
      !refitOf && {
        searchHyperparameters: async () => {
          found = await searchVariant(job, job.search!, learning.split, {
            ...dependencies,
            store: folder.store,
          })
          return found?.hyperparameters
        },
      }),
    model: findModel(job.model),
    trainedUpTo: new Date(job.trainedUpTo),
    candidate: { retrainingRun: runId, variant },
    readCatalog: () => readCatalog(dependencies.database),
    runs: createPostgresTrainingRuns(dependencies.database),
    checkpoint: {
      load: () => folder.loadCheckpoint(variant),
      save: (state) => folder.saveCheckpoint(variant, state),
    },
  })
  const { hyperparameters, warmFrom, coldReason, epochs, bestEpoch, chosenShares, seconds } = trained
  return {
    version: manifest.version,
    hyperparameters,
    warmFrom,
    coldReason,
    epochs,
    bestEpoch,
    curve: history,
    chosenShares,
    seconds,
    ...(found && { search: found }),
  }
}

/** Undefined if the search found nothing. */
async function searchVariant(
  { runId, variant, model, hyperparameters, seed, split: period, dataFingerprint }: TrainVariantJob,
  budget: SearchBudget,
  { train, validation }: Pick<Split, 'train'> & Partial<Pick<Split, 'validation'>>,
  { database, store, signal, onTrial, requireLease }: TrainVariantDependencies,
): Promise<FoundHyperparameters | undefined> {
  if (!validation) return undefined
  const found = await searchAutomatically({
    model: findModel(model),
    split: { train, validation },
    positiveThreshold: period.positiveThreshold,
    ...{ hyperparameters, seed, dataFingerprint, budget, store },
    variant: `${runId} ${variant}`,
    studies: createPostgresStudies(database),
    ...(signal && { signal }),
    onResult: (trials) => onTrial?.(trials),
  })
  await requireLease?.()
  return found
}

/**
 * Trains on all ratings but those held out, and chooses the best epoch on the validation users, if one of them has a
 * positive target.
 */
function candidateOptions({ split, hyperparameters }: TrainVariantJob, ratings: Interactions) {
  const { train, users, items, validation } = holdOutPeriod(ratings, split)
  const { values } = positiveRatings(validation.targets, split.positiveThreshold)
  return {
    hyperparameters,
    split: { train, users, items, ...(values.length > 0 && { validation }) },
  }
}

async function refitOptions(
  { model, refitOf }: TrainVariantJob,
  { matrix, users, items }: Interactions,
  registry: Registry,
) {
  const { version, epochs } = refitOf!
  const { data, hyperparameters, metrics } = await registry.manifest({ model, version })
  return {
    hyperparameters,
    split: { train: matrix, users, items },
    refitOf: { candidate: { version, ratings: data.ratings, epochs }, metrics },
  }
}

/** The job that trains a chosen candidate again. Its name cannot be that of a variant. */
export function refitJobOf(
  job: TrainVariantJob,
  { version, bestEpoch, warmFrom }: TrainedVariant,
): TrainVariantJob {
  return { ...job, variant: `${job.variant}+refit`, warmFrom, refitOf: { version, epochs: bestEpoch } }
}
