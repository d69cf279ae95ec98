// What a kind of model is: data and pure functions. Weights are passed in, never kept.
import type { Scalar, Tensor } from '@tensorflow/tfjs'
import type { ZodType } from 'zod'
import type { DeviceRandom } from '../compute/philox.ts'
import type { SparseTensor } from '../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { Random } from '../random/random.ts'
import type { LearningHyperparameters } from './hyperparameters.ts'
import type { Scorer } from './scorer.ts'
import type { Weights } from './weights.ts'

/** Training examples in plain memory, a row for each. */
export interface HostBatch {
  /** What goes into the encoder: examples × inputs. */
  readonly input: CsrMatrix
  /** What the decoder must reproduce: examples × outputs. */
  readonly target: CsrMatrix
}

/** Some of them on the device. */
export interface DeviceBatch {
  readonly input: SparseTensor
  readonly target: SparseTensor
}

/** By name of a weight, what each of its axes stands for; null for neither users nor items. */
export type WeightAxes = Readonly<Record<string, readonly ('user' | 'item' | null)[]>>

/**
 * Where training stands when a batch is computed. What changes from step to step comes as tensors: a backend may record
 * the operations of one step and run them for all others.
 */
export interface StepContext {
  /** Which pass of its epoch, counted from 0. */
  readonly pass: number
  /** This batch's share of all examples. */
  readonly share: number
  /** For the draws that are made for this batch alone. */
  readonly random: DeviceRandom
  /** What the objective's `schedule` gives for this step. */
  readonly schedule: Readonly<Record<string, Scalar>>
  /** The weights that `keepsPrevious` names, as they were when the epoch began; they are not differentiated. */
  readonly previousEpoch: Readonly<Record<string, Tensor>>
}

/** What is to be minimized over given data: all that the training loop knows. */
export interface Objective {
  /** A row for each training example: a user's ratings or an item's. Matrices that share their pattern are kept once. */
  readonly examples: HostBatch
  /** Where an example is several rows of `examples`: how many examples there are, and the rows of some of them. */
  readonly groups?: { readonly count: number; rowsOf(examples: Int32Array): Int32Array }
  /** Weights to start from, all of them learned. */
  initialize(random: Random): Weights
  /** By weight, the axes along which it has a place for each user or item of the data, or several places one after another. */
  readonly axes?: WeightAxes
  /** Share of all updates over which a weight within the loss still grows; 0 unless given. */
  readonly annealingFraction?: number
  /** How often an epoch passes over all examples; once unless given. */
  readonly passes?: number
  /** Whether the weight of this name is updated in this pass, counted from 0; all are unless given. */
  isTrainable?(name: string, pass: number): boolean
  /**
   * λ of a penalty λ/2 ‖w‖² on the weight of each name given, which belongs to the objective beside the loss; each batch
   * bears its share.
   */
  readonly penalties?: Readonly<Record<string, number>>
  /** Whether the loss shall also see the weight of this name as it was when the epoch began. */
  keepsPrevious?(name: string): boolean
  /** Numbers of the loss that change from step to step; `steps` are those of the whole training without early stopping. */
  schedule?(step: number, steps: number): Readonly<Record<string, number>>
  /** The input of a batch with the noise that belongs on it in this pass; unless given, the input as it is. */
  corrupt?(input: SparseTensor, context: StepContext): SparseTensor
  /**
   * The part of the objective that falls to one batch, without the penalties; over all batches the parts add up.
   * Differentiable in every weight.
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
  /**
   * All hyperparameters of a training on `data`, users × items ratings: those in `hyperparameters`, the defaults for the rest.
   *
   * @throws Error naming every hyperparameter that is unknown or out of range.
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
}

/** A model computed in one go, without epochs. */
export interface DirectModel<H = object, Name extends string = string> extends ModelBase<H, Name> {
  readonly kind: 'direct'
  /** @param data users × items ratings. */
  solve(data: CsrMatrix, hyperparameters: H, random: Random): Promise<Weights>
}

export type Model = GradientModel | DirectModel
