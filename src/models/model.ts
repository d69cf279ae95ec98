// The interface of a model: data and pure functions. Weights are arguments, never kept.
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs'
import type { ZodType } from 'zod'
import type { DeviceRandom } from '../compute/philox.ts'
import type { SparseTensor } from '../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { Random } from '../random/random.ts'
import type { FeedForward } from './feed-forward.ts'
import type { LearningHyperparameters } from './hyperparameters.ts'
import type { Scorer } from './scorer.ts'
import type { Weights } from './weights.ts'

/** Training examples in host memory, one row each. */
export interface HostBatch {
  /** The input of the encoder: examples × inputs. */
  readonly input: CsrMatrix
  /** What the decoder has to reproduce: examples × outputs. */
  readonly target: CsrMatrix
}

/** Some of them on the device. */
export interface DeviceBatch {
  readonly input: SparseTensor
  readonly target: SparseTensor
  /** [outputs], where the outputs are a sample of the items: added to the logits, they make the softmax an estimate of the full one. */
  readonly logitCorrections?: Tensor1D
}

/** An objective whose softmax over all items is estimated over those of the batch and some others. */
export interface SampledSoftmax {
  /** Items drawn per update. */
  readonly negatives: number
  /** The weights whose axis of items enumerates the outputs; those of other weights enumerate the inputs. */
  readonly outputs: readonly string[]
}

/** By weight name, what each axis enumerates; null for neither users nor items. */
export type WeightAxes = Readonly<Record<string, readonly ('user' | 'item' | null)[]>>

/**
 * The state of training at one update. Values that change from step to step are tensors, so that a backend can record the
 * operations of one step and run them for all others.
 */
export interface StepContext {
  /** The pass of the epoch, counted from 0. */
  readonly pass: number
  /** This batch's share of all examples. */
  readonly share: number
  /** Generator for the draws of this batch. */
  readonly random: DeviceRandom
  /** The objective's `schedule` at this step. */
  readonly schedule: Readonly<Record<string, Scalar>>
  /** The weights of `keepsPrevious` as they were at the start of the epoch; they are constants to the gradient. */
  readonly previousEpoch: Readonly<Record<string, Tensor>>
}

/** A function to minimize over data: everything that the training loop knows of a model. */
export interface Objective {
  /** One row per training example: the ratings of a user or of an item. Matrices that share their pattern are stored once. */
  readonly examples: HostBatch
  /** If an example is several rows of `examples`: the number of examples, and the rows of a selection. */
  readonly groups?: { readonly count: number; rowsOf(examples: Int32Array): Int32Array }
  /** The initial weights. */
  initialize(random: Random): Weights
  /** Weights of the loss that are computed before the first epoch, on the current backend; none of them is trained. */
  fixedWeights?(random: Random): Promise<Weights>
  /** By weight, the axes that enumerate the users or items of the data, once or several times in succession. */
  readonly axes?: WeightAxes
  /**
   * If the loss sees only a sample of the items in each update, renumbered, and of each weight with an axis of items only
   * their slices; input and target must then share their pattern.
   */
  readonly sampledSoftmax?: SampledSoftmax
  /** Share of all updates over which β still grows; 0 by default. */
  readonly annealingFraction?: number
  /** Number of passes over all examples per epoch; 1 by default. */
  readonly passes?: number
  /**
   * Whether the passes alternate after each batch, on the same batch, as discriminator and encoder of an adversarial training do. By
   * default a pass over all examples is complete before the next one starts.
   */
  readonly alternatesPasses?: boolean
  /** Whether a weight is updated in a pass, counted from 0; all weights are by default. */
  isTrainable?(name: string, pass: number): boolean
  /**
   * By weight name, λ of a penalty λ/2 ‖w‖² that is added to the loss; each batch has its share.
   */
  readonly penalties?: Readonly<Record<string, number>>
  /** Whether the loss also reads this weight as it was at the start of the epoch. */
  keepsPrevious?(name: string): boolean
  /** Numbers in the loss that change from step to step; `steps` is the total without early stopping. */
  schedule?(step: number, steps: number): Readonly<Record<string, number>>
  /** Adds the noise of this pass to the input of a batch; the input is unchanged by default. */
  corrupt?(input: SparseTensor, context: StepContext): SparseTensor
  /**
   * The part of the objective that belongs to one batch, without the penalties; the sum over all batches is the objective.
   * Differentiable in every weight that the pass updates; passes may have different objectives.
   */
  loss(weights: Readonly<Record<string, Tensor>>, batch: DeviceBatch, context: StepContext): Scalar
}

/** What every model has, whatever its training. */
interface ModelBase<H, Name extends string> {
  readonly name: Name
  /** Ranges and defaults of all hyperparameters; parses `{}` into the defaults. */
  readonly hyperparameters: ZodType<H>
  /** Whether `positiveThreshold` is one of the hyperparameters. */
  readonly usesPositiveThreshold: boolean
  /** Those of the hyperparameters that matter most, which an automatic search varies. */
  readonly mainHyperparameters: readonly string[]
  /** Whether the open model is a `RatingPredictor`. */
  readonly predictsRatings: boolean
  /**
   * All hyperparameters of a training on `data`, users × items ratings: those in `hyperparameters`, the defaults for the rest.
   *
   * @throws HyperparametersError naming every hyperparameter that is unknown or out of range.
   */
  resolve(hyperparameters: object, data: CsrMatrix): H
  /**
   * The model ready to score on the current backend; the caller disposes of it.
   *
   * @param hyperparameters as `resolve` returned them, possibly stored since
   * @throws ZodError when the hyperparameters are not this model's.
   * @throws RangeError when a weight is missing, naming it.
   */
  open(weights: Weights, hyperparameters: unknown): Scorer
  /** The same scores as those of `open`, as matrices; absent if the model is no feed-forward network. */
  feedForward?(weights: Weights, hyperparameters: unknown): FeedForward
}

/** A model trained by gradient descent, epoch by epoch. */
export interface GradientModel<
  H extends LearningHyperparameters = LearningHyperparameters,
  Name extends string = string,
> extends ModelBase<H, Name> {
  readonly kind: 'gradient'
  /** @param data users × items ratings. */
  objective(data: CsrMatrix, hyperparameters: H): Objective
  /** Turns trained weights into those that are served, with the statistics of the data that serving needs. */
  exportWeights(learned: Weights, data: CsrMatrix, hyperparameters: H): Promise<Weights>
  /**
   * Values of hyperparameters on which only the ranking depends. Those that are null after `resolve` take the values that
   * rank best for the validation users, once training is over.
   */
  readonly rankingChoices?: readonly Partial<H>[]
  /** Hyperparameters on which depends what the weights mean: those of a version with other values are no warm start. */
  readonly meaningOfWeights?: readonly string[]
}

/** A model computed in one go, without epochs. */
export interface DirectModel<H = object, Name extends string = string> extends ModelBase<H, Name> {
  readonly kind: 'direct'
  /**
   * @param data users × items ratings.
   * @throws the signal's reason when it interrupts the computation
   */
  solve(data: CsrMatrix, hyperparameters: H, context: SolveContext): Promise<Weights>
}

/** What a direct computation needs besides data and hyperparameters. */
export interface SolveContext {
  readonly random: Random
  readonly signal?: AbortSignal
  /** Receives the share that is done, from 0 to 1. */
  onProgress?(share: number): void
}

/** A model of other models, which are trained one after another. `parts.1.latent` sets the `latent` of its second part. */
export interface BlendModel<Name extends string = string> extends ModelBase<BlendSettings, Name> {
  readonly kind: 'blend'
  /** @throws HyperparametersError when a blend cannot have a part of this name */
  part(name: string): Model
  /** The weights of a blend from those of its parts, as they are exported. */
  exportWeights(parts: readonly Weights[]): Weights
}

export interface BlendSettings {
  readonly positiveThreshold: number
  readonly parts: readonly BlendPart[]
  /** Each part's share of the score; chosen by validation when undefined. */
  readonly shares?: readonly number[] | undefined
}

export interface BlendPart {
  readonly model: string
  /** Those that differ from the defaults. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** The epoch to end at; chosen by validation when undefined. */
  readonly lastEpoch?: number | undefined
}

export type Model = GradientModel | DirectModel | BlendModel
