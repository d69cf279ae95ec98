import { useBackend } from '../../src/compute/backend.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Judgement } from '../../src/evaluation/judge.ts'
import type { Metric } from '../../src/evaluation/metric.ts'
import { bias } from '../../src/models/bias.ts'
import type { Model } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { popularity } from '../../src/models/popularity.ts'
import { positiveThreshold } from '../../src/models/positives.ts'
import { type Protocol, type Rule, splitBy } from '../../src/splits/protocol.ts'
import type { Split } from '../../src/splits/split.ts'
import { runTrial, type Trial } from '../../src/training/trial.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'
import { type DataOptions, readData } from './read-data.ts'

export interface EvaluateOptions extends DataOptions {
  readonly model: string
  readonly split: Rule
  readonly seed: number
  readonly metrics?: readonly Metric[]
  readonly positiveFrom?: number
  /** Hyperparameters that differ from the defaults. */
  readonly set: Readonly<Record<string, unknown>>
}

/** What `npm run evaluate -- --json` prints. */
export interface EvaluateReport {
  readonly model: string
  readonly protocol: Protocol
  readonly metrics: Judgement['metrics']
  /** The same metrics of simple models on the same split. */
  readonly baselines: Readonly<Record<string, Judgement['metrics']>>
  /** The number of epochs chosen on the validation part. */
  readonly epochs: number
  readonly epochSeconds: number
  readonly hyperparameters: object
  readonly backend: string
  readonly seed: number
  readonly positiveFrom: number
  readonly split: SplitSizes & { readonly rule: Rule }
  readonly seconds: number
}

interface SplitSizes {
  /** Users and items in training. */
  readonly users: number
  readonly items: number
  readonly trainRatings: number
  /** Ratings to be foretold. */
  readonly validationRatings: number
  readonly testRatings: number
}

/**
 * Trains a model and the baselines on the same split and judges them, with the epochs shown on stderr.
 *
 * @throws RangeError when the options do not go together, and whatever splitting, training and judging throw.
 */
export async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<EvaluateReport> {
  const started = performance.now()
  const { protocol, split: rule, seed, metrics = defaultMetrics(protocol) } = options
  const model = findModel(options.model)
  const { name: backend } = await useBackend(loadConfig().backend)
  const { ratings, test } = await readData(options, signal)
  const positiveFrom = options.positiveFrom ?? positiveThreshold(ratings.matrix, 4)
  const split = splitBy(protocol, ratings, { rule, seed, positiveFrom, ...(test && { test }) })
  const sizes = sizesOf(split)
  if (test !== undefined) reportOverlap(test.matrix.values.length - sizes.testRatings)
  const progress = createEpochProgress()
  const attempt = (kind: Model, hyperparameters: object) =>
    runTrial({
      model: kind,
      hyperparameters,
      split,
      metrics,
      positiveFrom,
      seed,
      signal,
      onEpoch: (report, stage) => progress.update(`${kind.name}, ${stage}`, report),
    })
  try {
    const trial = await attempt(model, options.set)
    reportMissing(model, metrics, trial)
    return {
      model: model.name,
      protocol,
      metrics: trial.metrics,
      baselines: {
        popularity: (await attempt(popularity, {})).metrics,
        bias: (await attempt(bias, {})).metrics,
      },
      epochs: trial.epochs,
      epochSeconds: trial.epochSeconds,
      hyperparameters: trial.hyperparameters,
      backend,
      seed,
      positiveFrom,
      split: { rule, ...sizes },
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    progress.finish()
  }
}

/** Strong generalization holds out only what was liked, so ratings foretold there tell nothing. */
function defaultMetrics(protocol: Protocol): readonly Metric[] {
  const ranking: Metric[] = ['recall@20', 'recall@50', 'ndcg@10', 'ndcg@100']
  return protocol === 'strong-generalization' ? ranking : ['rmse', 'mae', ...ranking]
}

function sizesOf({ train, validation, test }: Split): SplitSizes {
  return {
    users: train.rows,
    items: train.columns,
    trainRatings: train.values.length,
    validationRatings: validation.targets.values.length,
    testRatings: test.targets.values.length,
  }
}

function reportOverlap(ratings: number): void {
  if (ratings > 0)
    console.error(`${ratings} test ratings are left out: the training file has the same user and item`)
}

function reportMissing({ name }: Model, metrics: readonly Metric[], trial: Trial): void {
  const missing = metrics.filter((metric) => !(metric in trial.metrics)).join(' and ')
  if (missing !== '') console.error(`${name} foretells no ratings, so it has no ${missing}`)
}
