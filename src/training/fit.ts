// Trains a model with validation after every epoch, early stopping, and the weights of the best epoch as the result.
import { median } from 'd3-array'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { LearningHyperparameters } from '../models/hyperparameters.ts'
import type { GradientModel, Model, Objective, WeightAxes } from '../models/model.ts'
import { unsuitableDataReason } from '../models/suitable-data.ts'
import type { Weights } from '../models/weights.ts'
import { createRandom } from '../random/random.ts'
import type { HeldOut } from '../splits/split.ts'
import { chooseRanking } from './choose-ranking.ts'
import { fitBlend } from './fit-blend.ts'
import { type Epoch, train } from './train.ts'
import type { TrainingState } from './training-state.ts'
import { isBetter, type Validation, validate } from './validate.ts'

export interface FitOptions {
  readonly model: Model
  /** At least those that differ from the defaults. */
  readonly hyperparameters?: object
  /** users × items ratings. */
  readonly train: CsrMatrix
  /** Chooses the best epoch. Without it training runs all epochs and keeps the last one. */
  readonly validation?: HeldOut
  readonly seed: number
  /** Ends training after this epoch, with the schedules of all epochs. */
  readonly lastEpoch?: number
  /** Resumes training from this state, given the same options; a model without epochs starts over. */
  readonly from?: FitState | undefined
  /** Replaces the initial weights of the model, which are its argument. */
  initialize?(weights: Weights, axes: WeightAxes): Weights
  /** Ends training; the best weights so far are the result. */
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport): void | Promise<void>
  /** Receives the share of the computation that is done, from 0 to 1, of a model without epochs. */
  onProgress?(share: number): void
  /** Receives the state from which training can resume, after every epoch. */
  onState?(state: FitState): Promise<void>
}

/** The state of training between two epochs: resuming from it has the same result as an uninterrupted training. */
export interface FitState {
  readonly training: TrainingState
  readonly best: BestEpoch
  readonly history: readonly EpochReport[]
}

/** The weights of an epoch, with their validation if there is validation data. */
export interface BestEpoch {
  readonly epoch: number
  /** The exported weights; without validation data, the trained weights before export. */
  readonly weights: Weights
  readonly validation?: Validation
}

export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number
  /** The maximum number of epochs. */
  readonly epochs: number
  /** Mean over the examples. */
  readonly loss: number
  readonly validation?: Validation
  /** Duration of the epoch without validation. */
  readonly seconds: number
  /** For `onEpoch` alone, in the last epoch of a training that stops early: the epoch whose weights are kept. */
  readonly stoppedEarly?: { readonly bestEpoch: number }
}

export interface FittedModel {
  /** The exported weights, for the model's `open`. */
  readonly weights: Weights
  /** All hyperparameters, including defaults and those chosen on the validation users. */
  readonly hyperparameters: object
  /** Number of epochs; 0 for a model without epochs. */
  readonly epochs: number
  /** The epoch of the weights. */
  readonly bestEpoch: number
  /** Median seconds per epoch. */
  readonly epochSeconds: number
  readonly interrupted: boolean
  readonly history: readonly EpochReport[]
}

/**
 * Trains `model` on the current backend. There is no early stopping while β is being annealed: a metric that no longer
 * improves with one β may improve with the next.
 *
 * @throws RangeError when there is no rating, or the model cannot learn from these.
 * @throws DivergedError when the loss is not finite.
 * @throws the signal's reason when it ends training before the first epoch is done.
 */
export async function fit(options: FitOptions): Promise<FittedModel> {
  const { model, train: data, seed, signal } = options
  signal?.throwIfAborted()
  if (data.values.length === 0)
    throw new RangeError(`There is no rating of ${data.rows} users and ${data.columns} items to train on`)
  const unsuitable = unsuitableDataReason(model, data)
  if (unsuitable) throw new RangeError(unsuitable)
  if (model.kind === 'gradient') return fitEpochs(model, options)
  if (model.kind === 'blend') return fitBlend(model, options, fit)
  const start = performance.now()
  const hyperparameters = model.resolve(options.hyperparameters ?? {}, data)
  const weights = await model.solve(data, hyperparameters, {
    random: createRandom(seed, 'solve'),
    ...(signal && { signal }),
    ...(options.onProgress && { onProgress: options.onProgress }),
  })
  const epochSeconds = (performance.now() - start) / 1000
  return { weights, hyperparameters, epochs: 0, bestEpoch: 0, epochSeconds, interrupted: false, history: [] }
}

async function fitEpochs(
  model: GradientModel<LearningHyperparameters>,
  options: FitOptions,
): Promise<FittedModel> {
  const { train: data, seed, signal, from } = options
  const hyperparameters = model.resolve(options.hyperparameters ?? {}, data)
  const epochs = Math.min(options.lastEpoch ?? hyperparameters.epochs, hyperparameters.epochs)
  const history = [...(from?.history ?? [])]
  let best = from?.best
  const objective = withInitialWeights(options, model.objective(data, hyperparameters))
  const annealed = Math.ceil((objective.annealingFraction ?? 0) * hyperparameters.epochs)
  const isDone = () =>
    best !== undefined &&
    (history.length === epochs || history.length - Math.max(best.epoch, annealed) >= hyperparameters.patience)
  const running = train(objective, { ...hyperparameters, seed }, { signal, from: from?.training })
  for await (const epoch of isDone() ? [] : running) {
    const current = await validateEpoch(model, hyperparameters, options, epoch)
    const isEarly = epoch.epoch < Math.max(annealed / 2, hyperparameters.epochs / 10)
    const report = reportOf(epoch, epochs, isEarly ? withoutCollapse(current) : current)
    history.push(report)
    if (isBetter(current.validation, best?.validation)) best = current
    const isEarlyStop = isDone() && epoch.epoch < epochs
    await options.onEpoch?.({ ...report, ...(isEarlyStop && { stoppedEarly: { bestEpoch: best!.epoch } }) })
    await options.onState?.({ training: await epoch.snapshot(), best: best!, history: [...history] })
    if (isDone()) break
  }
  if (!best) throw signal?.reason
  const { weights } = best
  return {
    ...(options.validation
      ? { weights, hyperparameters: await chooseRanking(model, weights, hyperparameters, options) }
      : { weights: await model.exportWeights(weights, data, hyperparameters), hyperparameters }),
    epochs: history.length,
    bestEpoch: best.epoch,
    epochSeconds: median(history, ({ seconds }) => seconds)!,
    interrupted: signal?.aborted === true && !isDone(),
    history,
  }
}

function withInitialWeights({ initialize }: FitOptions, objective: Objective): Objective {
  if (!initialize) return objective
  return {
    ...objective,
    initialize: (random) => initialize(objective.initialize(random), objective.axes ?? {}),
  }
}

async function validateEpoch(
  model: GradientModel<LearningHyperparameters>,
  hyperparameters: LearningHyperparameters,
  { train: data, validation }: FitOptions,
  { epoch, weights }: Epoch,
): Promise<BestEpoch> {
  const trained = await weights()
  if (!validation) return { epoch, weights: trained }
  const exported = await model.exportWeights(trained, data, hyperparameters)
  const scorer = model.open(exported, hyperparameters)
  try {
    const { positiveThreshold } = hyperparameters
    return { epoch, weights: exported, validation: await validate(scorer, validation, positiveThreshold) }
  } finally {
    scorer.dispose()
  }
}

function reportOf(
  { epoch, loss, seconds }: Epoch,
  epochs: number,
  { validation }: Pick<BestEpoch, 'validation'>,
): EpochReport {
  return { epoch, epochs, loss, seconds, ...(validation && { validation }) }
}

/** In the first epochs of a VAE few units are active; this is no posterior collapse yet. */
function withoutCollapse({ validation }: BestEpoch): Pick<BestEpoch, 'validation'> {
  if (!validation?.latent) return { ...(validation && { validation }) }
  return { validation: { ...validation, latent: { ...validation.latent, hasCollapsed: false } } }
}
