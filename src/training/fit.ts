// Trains a model as its users want it: validated every epoch, stopped when it no longer gets better, its best weights kept.
import { median } from 'd3-array'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { positiveThresholdOf } from '../interactions/positives.ts'
import type { LearningHyperparameters } from '../models/hyperparameters.ts'
import type { GradientModel, Model, Objective, WeightAxes } from '../models/model.ts'
import type { Weights } from '../models/weights.ts'
import { createRandom } from '../random/random.ts'
import type { HeldOut } from '../splits/split.ts'
import { type Epoch, train } from './train.ts'
import type { TrainingState } from './training-state.ts'
import { isBetter, type Validation, validate } from './validate.ts'

export interface FitOptions {
  readonly model: Model
  /** Those that shall differ from the defaults; all of them are fine too. */
  readonly hyperparameters?: object
  /** users × items ratings. */
  readonly train: CsrMatrix
  /** Users to choose the best epoch by; without them training runs all its epochs and the last one counts. */
  readonly validation?: HeldOut
  readonly seed: number
  /** Ends training after this epoch, on the schedules of all epochs; without it training runs to the last. */
  readonly lastEpoch?: number
  /** Where to go on, with the same options otherwise; a model computed at once starts over. */
  readonly from?: FitState | undefined
  /** Weights to start from instead of the model's own, which are given. */
  initialize?(own: Weights, axes: WeightAxes): Weights
  /** Ends training with the best weights so far. */
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport): void | Promise<void>
  /** Is given all that it takes to go on, after every epoch. */
  onState?(state: FitState): Promise<void>
}

/** All that training knows between two epochs: going on from it gives what an uninterrupted training would have. */
export interface FitState {
  readonly training: TrainingState
  readonly best: BestEpoch
  readonly history: readonly EpochReport[]
}

/** The weights of an epoch, and how good they are where there is something to judge them by. */
export interface BestEpoch {
  readonly epoch: number
  /** As they are served; where nothing is validated, as they were learned. */
  readonly weights: Weights
  readonly validation?: Validation
}

export interface EpochReport {
  /** Counts from one. */
  readonly epoch: number
  /** Epochs planned. */
  readonly epochs: number
  /** Mean over the examples. */
  readonly loss: number
  readonly validation?: Validation
  /** Of training, without validation. */
  readonly seconds: number
}

export interface FittedModel {
  /** Frozen: ready for the model's `open`. */
  readonly weights: Weights
  /** All of them, as they were used. */
  readonly hyperparameters: object
  /** Epochs done; 0 for a model computed at once. */
  readonly epochs: number
  /** The epoch the weights are from. */
  readonly bestEpoch: number
  /** Median seconds of an epoch's training. */
  readonly epochSeconds: number
  readonly interrupted: boolean
  readonly history: readonly EpochReport[]
}

/**
 * Trains `model` on the current backend. While the objective is still being annealed nothing stops training but its
 * last epoch: what no longer gets better under one weight of a term may under the next.
 *
 * @throws RangeError when there is no rating.
 * @throws DivergedError when the loss is not finite.
 * @throws the signal's reason when it ends training before the first epoch is done.
 */
export async function fit(options: FitOptions): Promise<FittedModel> {
  const { model, train: data, seed, signal } = options
  signal?.throwIfAborted()
  if (data.values.length === 0)
    throw new RangeError(`There is no rating of ${data.rows} users and ${data.columns} items to learn from`)
  if (model.kind === 'gradient') return fitEpochs(model, options)
  const start = performance.now()
  const hyperparameters = model.resolve(options.hyperparameters ?? {}, data)
  const weights = await model.solve(data, hyperparameters, createRandom(seed, 'solve'))
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
  const objective = startingFrom(options, model.objective(data, hyperparameters))
  const annealed = Math.ceil((objective.annealingFraction ?? 0) * hyperparameters.epochs)
  const isDone = () =>
    best !== undefined &&
    (history.length === epochs || history.length - Math.max(best.epoch, annealed) >= hyperparameters.patience)
  const running = train(objective, { ...hyperparameters, seed }, { signal, from: from?.training })
  for await (const epoch of isDone() ? [] : running) {
    const judged = await judge(model, hyperparameters, options, epoch)
    const isEarly = epoch.epoch < Math.max(annealed / 2, hyperparameters.epochs / 10)
    history.push(reportOf(epoch, epochs, isEarly ? withoutVerdict(judged) : judged))
    if (isBetter(judged.validation, best?.validation)) best = judged
    await options.onEpoch?.(history.at(-1)!)
    await options.onState?.({ training: await epoch.snapshot(), best: best!, history: [...history] })
    if (isDone()) break
  }
  if (!best) throw signal?.reason
  return {
    weights: options.validation
      ? best.weights
      : await model.exportWeights(best.weights, data, hyperparameters),
    hyperparameters,
    epochs: history.length,
    bestEpoch: best.epoch,
    epochSeconds: median(history, ({ seconds }) => seconds)!,
    interrupted: signal?.aborted === true && !isDone(),
    history,
  }
}

function startingFrom({ initialize }: FitOptions, objective: Objective): Objective {
  if (!initialize) return objective
  return {
    ...objective,
    initialize: (random) => initialize(objective.initialize(random), objective.axes ?? {}),
  }
}

async function judge(
  model: GradientModel<LearningHyperparameters>,
  hyperparameters: LearningHyperparameters,
  { train: data, validation }: FitOptions,
  { epoch, weights }: Epoch,
): Promise<BestEpoch> {
  const learned = await weights()
  if (!validation) return { epoch, weights: learned }
  const frozen = await model.exportWeights(learned, data, hyperparameters)
  const scorer = model.open(frozen, hyperparameters)
  try {
    const threshold = positiveThresholdOf(data, hyperparameters.positiveThreshold)
    return { epoch, weights: frozen, validation: await validate(scorer, validation, threshold) }
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

/** The encoder of a VAE tells users apart only after a while; before, few active units are no collapse. */
function withoutVerdict({ validation }: BestEpoch): Pick<BestEpoch, 'validation'> {
  if (!validation?.latent) return { ...(validation && { validation }) }
  return { validation: { ...validation, latent: { ...validation.latent, hasCollapsed: false } } }
}
