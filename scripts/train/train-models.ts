import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import type { Evaluation } from '../../src/evaluation/evaluate.ts'
import { parseMetrics } from '../../src/evaluation/metric.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { latestTime } from '../../src/interactions/latest-time.ts'
import { positiveThresholdOf } from '../../src/interactions/positives.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { findModel } from '../../src/models/models.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { randomHoldout } from '../../src/splits/random-holdout.ts'
import { createPostgresTrainingRuns } from '../../src/training/postgres-training-runs.ts'
import {
  type EvaluationOptions,
  type PublishedTraining,
  trainAndPublish,
} from '../../src/training/train-and-publish.ts'
import { runTrial } from '../../src/training/trial.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'

/** The models that `npm run train -- --model all` and the demo train. */
export const autoencoders = ['u-autorec', 'i-autorec', 'mult-vae'] as const

export interface TrainModelsOptions {
  readonly models: readonly string[]
  readonly database: Database
  readonly config: Pick<Config, 'home'>
  /** The name of the current backend. */
  readonly backend: string
  readonly seed: number
  /** Hyperparameters that differ from the defaults. */
  readonly hyperparameters: object
  /** Whether to promote new versions even if their model has a champion. */
  readonly promote: boolean
  /** The user or program that trains, for the record. */
  readonly by: string
  readonly signal: AbortSignal
}

export interface TrainedModel extends PublishedTraining {
  readonly promoted: boolean
}

/**
 * Trains models one after the other on the same random holdout of the ratings in the database and publishes each;
 * progress goes to stderr. The first version of a model is promoted. After an interruption the versions published so
 * far are returned.
 *
 * @throws the signal's reason if it interrupts training before the first epoch, and any error of training
 */
export async function trainModels(options: TrainModelsOptions): Promise<TrainedModel[]> {
  const { database, config, signal } = options
  const ratings = await loadInteractions(database.sql)
  if (ratings.matrix.values.length === 0)
    throw new Error('There are no ratings in the database; import some with npm run import')
  const registry = openRegistry(database, config)
  const split = randomHoldout(ratings, options.seed)
  const training = {
    ...options,
    split,
    evaluation: { heldOut: split.test, ...evaluationOptionsOf(ratings) },
    dataFingerprint: fingerprint(ratings),
    trainedUpTo: latestTime(ratings, new Date()),
    registry,
    runs: createPostgresTrainingRuns(database),
  }
  const progress = createEpochProgress()
  const trained: TrainedModel[] = []
  try {
    for (const name of options.models) {
      if (signal.aborted && trained.length > 0) break
      const version = await trainAndPublish({
        ...training,
        model: findModel(name),
        onEpoch: (report) => progress.update(name, report),
        onProgress: (share) => progress.advance(name, share),
      })
      const isFirst = !(await registry.champions()).some(({ model }) => model === name)
      const promoted = !version.interrupted && (isFirst || options.promote)
      if (promoted)
        await registry.promote(version.manifest, {
          by: options.by,
          reason: isFirst ? 'first version' : 'promotion requested',
        })
      trained.push({ ...version, promoted })
    }
    return trained
  } finally {
    progress.finish()
  }
}

/** The metrics of two simple models on the split that `trainModels` uses. */
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
