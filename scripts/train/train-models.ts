import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { type Metric, parseMetrics } from '../../src/evaluation/metric.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import { latestTime } from '../../src/interactions/latest-time.ts'
import { explainPositives, measurePositives } from '../../src/interactions/positive-share.ts'
import { positiveThresholdOf } from '../../src/interactions/positive-threshold.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { withPositiveThreshold } from '../../src/models/define-model.ts'
import type { Model } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { unsuitableDataReason } from '../../src/models/suitable-data.ts'
import { formatSeconds } from '../../src/pages/numbers.ts'
import { readCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { type ArtifactStoreConfig, openArtifactStore } from '../../src/registry/open-artifact-store.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import type { RetrainingConfig } from '../../src/retraining/config.ts'
import { formatChoice } from '../../src/retraining/promote/choose-default.ts'
import { randomHoldout } from '../../src/splits/random-holdout.ts'
import type { Split } from '../../src/splits/split.ts'
import { createPostgresTrainingRuns } from '../../src/training/postgres-training-runs.ts'
import { trainAndPublish } from '../../src/training/train-and-publish.ts'
import {
  type AutomaticSearchOptions,
  explainFound,
  type FoundHyperparameters,
  formatHyperparameters,
  rememberedChoice,
  type SearchBudget,
  searchAutomatically,
} from '../../src/tuning/automatic-search.ts'
import { createPostgresStudies } from '../../src/tuning/postgres-studies.ts'
import type { Choice } from '../../src/tuning/study.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'
import { createProgress } from '../terminal/progress.ts'
import { logLine } from '../terminal/with-database.ts'
import { formatOutcome } from './format.ts'
import { type FoundTraining, promoteTrained, type Trained } from './promote-trained.ts'
import { requireEnoughRatings } from './require-enough-ratings.ts'

/** The models that `npm run train -- --model all` and the demo train. */
export const autoencoders = ['u-autorec', 'i-autorec', 'mult-vae'] as const

export interface TrainModelsOptions {
  readonly models: readonly string[]
  readonly database: Database
  readonly config: ArtifactStoreConfig & Pick<Config, 'positiveThreshold'>
  /** The positive threshold, the metric and the rule of the default model, and whether versions are refit on all ratings. */
  readonly retraining: RetrainingConfig
  /** The name of the current backend. */
  readonly backend: string
  readonly seed: number
  /** Hyperparameters that differ from the defaults; they are never searched. */
  readonly hyperparameters: object
  /**
   * The budget of a search for the other hyperparameters, per model; `false` for their defaults. By default they are those
   * that the latest search of the model has found.
   */
  readonly auto?: SearchBudget | false
  /** Whether to promote new versions even if their model has a champion. */
  readonly promote: boolean
  /** The user or program that trains, for the record. */
  readonly by: string
  readonly signal: AbortSignal
}

/**
 * Trains models one after the other on the same random holdout of the ratings in the database, refits each on all
 * ratings and publishes it; progress goes to stderr. The first version of a model is promoted, and the default model is
 * chosen among the champions. Of several models, those that cannot learn from the data are skipped. After an interruption
 * the versions published so far are returned.
 *
 * @throws the signal's reason if it interrupts training before the first epoch, and any error of training; the versions
 *   published before the error are promoted and listed on stderr
 */
export async function trainModels(options: TrainModelsOptions): Promise<Trained> {
  const { database, config, retraining, models, seed, signal } = options
  const ratings = await loadInteractions(database.sql)
  if (ratings.matrix.values.length === 0)
    throw new Error('There are no ratings in the database; import some with npm run import')
  const registry = openRegistry(database, config)
  const split = randomHoldout(ratings, seed)
  const positiveThreshold =
    retraining.positiveThreshold ?? config.positiveThreshold ?? positiveThresholdOf(ratings)
  const positives = measurePositives(ratings.matrix, positiveThreshold)
  logLine(explainPositives(positives))
  requireEnoughRatings(ratings.matrix, split, positiveThreshold)
  const evaluation = {
    heldOut: split.test,
    metrics: metricsOf(retraining),
    positiveThreshold,
  }
  const progress = createEpochProgress()
  const trained: FoundTraining[] = []
  const dataFingerprint = fingerprint(ratings)
  const recalled = new Map<string, Choice | undefined>()
  const hyperparametersOf = (name: string) =>
    withPositiveThreshold(findModel(name), positiveThreshold, {
      ...recalled.get(name)?.hyperparameters,
      ...options.hyperparameters,
    })
  const train = async (name: string): Promise<FoundTraining> => {
    const model = findModel(name)
    let found: FoundHyperparameters | undefined
    const published = await trainAndPublish({
      ...options,
      model,
      hyperparameters: hyperparametersOf(name),
      ...(options.auto && {
        searchHyperparameters: async () => {
          const { seed, auto: budget } = options
          const task = { split, positiveThreshold, seed, dataFingerprint, budget: budget as SearchBudget }
          found = await searchFor(model, task, options)
          return found?.hyperparameters
        },
      }),
      split,
      evaluation,
      ...(retraining.refit && { refitOn: ratings.matrix }),
      dataFingerprint,
      trainedUpTo: latestTime(ratings, new Date()),
      readCatalog: () => readCatalog(database),
      registry,
      runs: createPostgresTrainingRuns(database),
      onEpoch: (report, stage) => progress.update(stage === 'refit' ? refitLabel(name) : name, report),
      onProgress: (share, stage) => progress.advance(stage === 'refit' ? refitLabel(name) : name, share),
      onExpected: progress.expect,
    })
    return { ...published, search: found ?? null }
  }
  const promote = () =>
    promoteTrained(trained, { ...options, registry, split, evaluation, positives, progress })
  const suitable = suitableModels(models, split)
  for (const name of suitable) recalled.set(name, await recall(findModel(name), options))
  // before the first model is trained, not after hours
  for (const name of suitable) findModel(name).resolve(hyperparametersOf(name), split.train)
  try {
    for (const name of suitable) {
      if (signal.aborted && trained.length > 0) break
      try {
        trained.push(await train(name))
      } catch (error) {
        // what was published before can serve nevertheless
        if (trained.length > 0) logLine(await promote().then(listPublished, notPromoted(trained)))
        throw error
      }
    }
    return await promote()
  } finally {
    progress.finish()
  }
}

function listPublished({ versions, defaultChoice }: Trained): string {
  return ['Published before the error:', ...versions.map(formatOutcome), ...formatChoice(defaultChoice)].join(
    '\n',
  )
}

/** The error of the training is the one to throw. */
function notPromoted(trained: readonly FoundTraining[]): (error: Error) => string {
  const names = trained.map(({ manifest }) => formatVersionName(manifest)).join(', ')
  return ({ message }) => `Published before the error, and not promoted: ${names}: ${message}`
}

/** What an earlier search has found, unless this training searches or uses the defaults; says so. */
async function recall(
  model: Model,
  { auto, database, hyperparameters }: TrainModelsOptions,
): Promise<Choice | undefined> {
  if (auto !== undefined) return undefined
  const remembered = await rememberedChoice(createPostgresStudies(database), model)
  const used = Object.entries(remembered?.hyperparameters ?? {}).filter(
    ([name]) => !(name in hyperparameters),
  )
  if (remembered && used.length > 0)
    logLine(
      `${model.name}: ${formatHyperparameters(Object.fromEntries(used))}, from the search of ` +
        `${remembered.chosenAt.toISOString().slice(0, 10)}; --no-auto trains with the defaults`,
    )
  return remembered
}

async function searchFor(
  model: Model,
  task: Pick<AutomaticSearchOptions, 'split' | 'positiveThreshold' | 'seed' | 'dataFingerprint' | 'budget'>,
  { database, config, hyperparameters, signal }: TrainModelsOptions,
): Promise<FoundHyperparameters | undefined> {
  const { seconds, trials } = task.budget
  logLine(
    `${model.name}: searching hyperparameters, at most ${formatSeconds(seconds)} or ${trials} trials; Ctrl-C ends without a version`,
  )
  const progress = createProgress({ label: `Searching ${model.name}`, unit: 'trials', total: trials })
  const found = await searchAutomatically({
    ...task,
    model,
    hyperparameters: { ...hyperparameters },
    studies: createPostgresStudies(database),
    store: openArtifactStore(config),
    signal,
    onResult: (trials) => progress.update(trials.length),
  }).finally(() => progress.finish())
  logLine(
    found
      ? `${model.name}: ${explainFound(found)}`
      : `${model.name}: nothing was found within the budget, or there is nothing to search; it trains with the defaults`,
  )
  return found
}

/** Of several models those that can learn from the data; logs why the others are skipped. */
function suitableModels(names: readonly string[], { train }: Split): readonly string[] {
  if (names.length === 1) return names
  return names.filter((name) => {
    const reason = unsuitableDataReason(findModel(name), train)
    if (reason) logLine(`Skipped: ${reason}`)
    return reason === undefined
  })
}

function refitLabel(name: string): string {
  return `${name}, refit on all ratings`
}

function metricsOf({ metric }: RetrainingConfig): Metric[] {
  return [...new Set<Metric>([...parseMetrics('rmse,ndcg@10,ndcg@100,recall@20,recall@50'), metric])]
}
