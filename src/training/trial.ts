// Trains and evaluates one model on one split.
import { type Evaluation, evaluate, supportedMetrics } from '../evaluation/evaluate.ts'
import type { Metric } from '../evaluation/metric.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { IdMap } from '../interactions/id-map.ts'
import { withPositiveThreshold } from '../models/define-model.ts'
import type { Model } from '../models/model.ts'
import type { Scorer } from '../models/scorer.ts'
import type { HeldOut, Split } from '../splits/split.ts'
import { holdsOutRatings, withValidation } from '../splits/with-validation.ts'
import type { ExpectedCost } from './expected-cost.ts'
import { fit } from './fit.ts'
import type { EpochReport, FitOptions, FittedModel } from './fitted-model.ts'
import type { Validation } from './validate.ts'

export interface TrialOptions {
  readonly model: Model
  /** Those that differ from the defaults. */
  readonly hyperparameters?: object
  readonly split: Split
  /** Metrics that the model does not support are left out. */
  readonly metrics: readonly Metric[]
  /** Ratings of at least this value are positive, in training and evaluation. */
  readonly positiveThreshold: number
  readonly seed: number
  /**
   * Whether the validation users join the training users for a second training, where whole users are held out. Where
   * single ratings are, the validation ratings always do.
   */
  readonly refit?: boolean
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport, stage: TrialStage): void
  /** Receives the share of the computation that is done, from 0 to 1. */
  onProgress?(share: number, stage: TrialStage): void
  /** Receives the expected cost of each training, a second one on both parts included. */
  onExpected?(cost: ExpectedCost): void
  /** Receives the trained model before it is evaluated, for measurements other than metrics. */
  inspect?(trained: TrainedModel): Promise<void>
}

export interface TrainedModel {
  readonly scorer: Scorer
  readonly fitted: FittedModel
  /** users × items: the ratings that it learned from. */
  readonly train: CsrMatrix
  /** The users of the rows of `train`. */
  readonly users: IdMap
  readonly test: HeldOut
}

/**
 * `tune` chooses the number of epochs on the validation part; `refit` trains for that many on both parts; `evaluate` ranks
 * the items for the test users.
 */
export type TrialStage = 'tune' | 'refit' | 'evaluate'

export interface Trial extends Evaluation {
  readonly hyperparameters: object
  /** The chosen number of epochs; 0 for a model without epochs. */
  readonly epochs: number
  /** Median seconds per epoch. */
  readonly epochSeconds: number
  /** Of the epoch that was chosen; absent for a blend and for a model without epochs. */
  readonly validation?: Validation
  /** The test users, with everything that the evaluated model may see of them. */
  readonly test: HeldOut
}

/**
 * Trains a model on the training part, chooses its number of epochs on the validation part and evaluates it on the test
 * part. If single ratings are held out, or with `refit`, the evaluated model is retrained on the training and validation parts
 * for the chosen number of epochs.
 *
 * @throws the signal's reason when it interrupts training, and all errors of training and evaluation.
 */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const isRefit = options.refit || holdsOutRatings(options.split)
  const trained = isRefit ? await fitTwice(options) : await fitOnce(options)
  const { fitted, validation, test } = trained
  const scorer = options.model.open(fitted.weights, fitted.hyperparameters)
  try {
    const metrics = supportedMetrics(scorer, options.metrics)
    await options.inspect?.({ ...trained, scorer })
    return {
      ...(await evaluate(scorer, test, metrics, {
        positiveThreshold: options.positiveThreshold,
        onProgress: (share) => options.onProgress?.(share, 'evaluate'),
      })),
      hyperparameters: fitted.hyperparameters,
      epochs: fitted.bestEpoch,
      epochSeconds: fitted.epochSeconds,
      ...(validation && { validation }),
      test,
    }
  } finally {
    scorer.dispose()
  }
}

type Fitted = Omit<TrainedModel, 'scorer'> & Pick<Trial, 'validation'>

async function fitOnce(options: TrialOptions): Promise<Fitted> {
  const { train, users, validation, test } = options.split
  const fitted = await fitStage('tune', options, { train, validation })
  const chosen =
    options.model.kind === 'gradient' ? fitted.history[fitted.bestEpoch - 1]?.validation : undefined
  return { fitted, train, users, test, ...(chosen && { validation: chosen }) }
}

async function fitTwice(options: TrialOptions): Promise<Fitted> {
  const { train, users, test } = withValidation(options.split)
  if (options.model.kind === 'direct')
    return { fitted: await fitStage('refit', options, { train }), train, users, test }
  const { fitted, validation } = await fitOnce(timesTwo(options))
  const { hyperparameters, bestEpoch } = fitted
  // announced with the first training
  const { onExpected: _, ...refit } = { ...options, hyperparameters }
  const refitted = await fitStage('refit', refit, { train, lastEpoch: bestEpoch })
  return { fitted: refitted, train, users, test, ...(validation && { validation }) }
}

/** The second training has at most as many epochs as the first. */
function timesTwo(options: TrialOptions): TrialOptions {
  return { ...options, onExpected: (cost) => options.onExpected?.({ ...cost, seconds: 2 * cost.seconds }) }
}

async function fitStage(
  stage: TrialStage,
  { model, hyperparameters, positiveThreshold, seed, signal, onEpoch, onProgress, onExpected }: TrialOptions,
  part: Pick<FitOptions, 'train' | 'validation' | 'lastEpoch'>,
): Promise<FittedModel> {
  const fitted = await fit({
    model,
    hyperparameters: withPositiveThreshold(model, positiveThreshold, hyperparameters),
    seed,
    ...(signal && { signal }),
    ...part,
    onEpoch: (report) => onEpoch?.(report, stage),
    onProgress: (share) => onProgress?.(share, stage),
    ...(onExpected && { onExpected }),
  })
  signal?.throwIfAborted()
  return fitted
}
