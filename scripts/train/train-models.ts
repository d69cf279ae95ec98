import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import type { Evaluation } from '../../src/evaluation/evaluate.ts'
import { parseMetrics } from '../../src/evaluation/metric.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { latestTime } from '../../src/interactions/latest-time.ts'
import { positiveThresholdOf } from '../../src/interactions/positives.ts'
import { findModel } from '../../src/models/models.ts'
import { openRegistry } from '../../src/registry/open-registry.ts'
import { randomHoldout } from '../../src/splits/random-holdout.ts'
import { createPostgresTrainingRuns } from '../../src/training/postgres-training-runs.ts'
import {
  type EvaluationOptions,
  type PublishedTraining,
  trainAndPublish,
} from '../../src/training/train-and-publish.ts'
import { runTrial } from '../../src/training/trial.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'

/** The autoencoders that Palate is about. */
export const autoencoders = ['u-autorec', 'i-autorec', 'mult-vae'] as const

export interface TrainModelsOptions {
  readonly models: readonly string[]
  readonly ratings: Interactions
  readonly database: Database
  readonly config: Config
  /** The name of the current backend. */
  readonly backend: string
  readonly seed: number
  /** Hyperparameters that differ from the defaults. */
  readonly hyperparameters: object
  /** Lets new versions answer also where another one does. */
  readonly promote: boolean
  /** Who trains, for the record. */
  readonly by: string
  readonly signal: AbortSignal
}

export interface TrainedModel extends PublishedTraining {
  readonly promoted: boolean
}

/**
 * Trains models one after the other on the same random holdout and publishes each, with the epochs shown on stderr.
 * The first version of a model is promoted. When the signal ends training, what is finished by then is given.
 *
 * @throws the signal's reason when it comes before the first epoch, and whatever training throws
 */
export async function trainModels(options: TrainModelsOptions): Promise<TrainedModel[]> {
  const { ratings, database, config, backend, seed, signal } = options
  const registry = openRegistry(database, config)
  const split = randomHoldout(ratings, seed)
  const evaluation = evaluationOptionsOf(ratings)
  const common = {
    split,
    evaluation: { heldOut: split.test, ...evaluation },
    hyperparameters: options.hyperparameters,
    seed,
    dataFingerprint: fingerprint(ratings),
    trainedUpTo: latestTime(ratings, new Date()),
    backend,
    registry,
    runs: createPostgresTrainingRuns(database),
    signal,
  }
  const progress = createEpochProgress()
  const trained: TrainedModel[] = []
  try {
    for (const name of options.models) {
      if (signal.aborted && trained.length > 0) break
      const model = findModel(name)
      const version = await trainAndPublish({
        ...common,
        model,
        onEpoch: (report) => progress.update(name, report),
      })
      const isFirst = !(await registry.champions()).some((champion) => champion.model === name)
      const promoted = !version.interrupted && (isFirst || options.promote)
      if (promoted)
        await registry.promote(version.manifest, {
          by: options.by,
          reason: isFirst ? 'first version' : 'promotion asked for',
        })
      trained.push({ ...version, promoted })
    }
    return trained
  } finally {
    progress.finish()
  }
}

/** The metrics of simple models on the same split. */
export async function evaluateBaselines(
  ratings: Interactions,
  seed: number,
): Promise<Readonly<Record<'popularity' | 'bias', Evaluation['metrics']>>> {
  const options = { ...evaluationOptionsOf(ratings), split: randomHoldout(ratings, seed), seed }
  const metricsOf = async (name: string) => (await runTrial({ ...options, model: findModel(name) })).metrics
  return { popularity: await metricsOf('popularity'), bias: await metricsOf('bias') }
}

function evaluationOptionsOf({ matrix }: Interactions): Omit<EvaluationOptions, 'heldOut'> {
  return {
    metrics: parseMetrics('rmse,ndcg@10,ndcg@100,recall@20,recall@50'),
    positiveThreshold: positiveThresholdOf(matrix, 4),
  }
}
