// One model on one split, from training to its figures.
import { type Evaluation, evaluate, supportedMetrics } from '../evaluation/evaluate.ts'
import type { Metric } from '../evaluation/metric.ts'
import { withPositiveThreshold } from '../models/define-model.ts'
import type { Model } from '../models/model.ts'
import type { Scorer } from '../models/scorer.ts'
import type { HeldOut, Split } from '../splits/split.ts'
import { holdsOutRatings, withValidation } from '../splits/with-validation.ts'
import { type EpochReport, type FitOptions, type FittedModel, fit } from './fit.ts'

export interface TrialOptions {
  readonly model: Model
  /** Those that shall differ from the defaults. */
  readonly hyperparameters?: object
  readonly split: Split
  /** Those that this model does not have are left out. */
  readonly metrics: readonly Metric[]
  /** The rating from which on an interaction counts as liked, in training and in judging. */
  readonly positiveThreshold: number
  readonly seed: number
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport, stage: TrialStage): void
  /** Is shown the trained model and the users it is judged by, to ask more of it than metrics. */
  inspect?(scorer: Scorer, test: HeldOut): Promise<void>
}

/** Choosing the number of epochs on the validation part, then training that long on both parts. */
export type TrialStage = 'tune' | 'refit'

export interface Trial extends Evaluation {
  readonly hyperparameters: object
  /** The number of epochs chosen; 0 for a model computed at once. */
  readonly epochs: number
  /** Median seconds of an epoch. */
  readonly epochSeconds: number
  /** The users it was judged by, with all that the judged model might see of them. */
  readonly test: HeldOut
}

/**
 * Trains a model on the training part, chooses its number of epochs on the validation part and judges it on the test
 * part. Where single ratings are held out, the judged model is trained anew on training and validation ratings for the
 * chosen number of epochs.
 *
 * @throws the signal's reason when it interrupts training, and whatever training and judging throw.
 */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { fitted, test } = holdsOutRatings(options.split) ? await fitTwice(options) : await fitOnce(options)
  const scorer = options.model.open(fitted.weights, fitted.hyperparameters)
  try {
    const metrics = supportedMetrics(scorer, options.metrics)
    await options.inspect?.(scorer, test)
    return {
      ...(await evaluate(scorer, test, metrics, { positiveThreshold: options.positiveThreshold })),
      hyperparameters: fitted.hyperparameters,
      epochs: fitted.bestEpoch,
      epochSeconds: fitted.epochSeconds,
      test,
    }
  } finally {
    scorer.dispose()
  }
}

interface Fitted {
  readonly fitted: FittedModel
  readonly test: HeldOut
}

async function fitOnce(options: TrialOptions): Promise<Fitted> {
  const { train, validation, test } = options.split
  return { fitted: await fitStage('tune', options, { train, validation }), test }
}

async function fitTwice(options: TrialOptions): Promise<Fitted> {
  const { train, test } = withValidation(options.split)
  if (options.model.kind === 'direct') return { fitted: await fitStage('refit', options, { train }), test }
  const { hyperparameters, bestEpoch } = (await fitOnce(options)).fitted
  const refit = { ...options, hyperparameters }
  return { fitted: await fitStage('refit', refit, { train, lastEpoch: bestEpoch }), test }
}

async function fitStage(
  stage: TrialStage,
  { model, hyperparameters, positiveThreshold, seed, signal, onEpoch }: TrialOptions,
  part: Pick<FitOptions, 'train' | 'validation' | 'lastEpoch'>,
): Promise<FittedModel> {
  const fitted = await fit({
    model,
    hyperparameters: withPositiveThreshold(model, positiveThreshold, hyperparameters),
    seed,
    ...(signal && { signal }),
    ...part,
    onEpoch: (report) => onEpoch?.(report, stage),
  })
  signal?.throwIfAborted()
  return fitted
}
