// What a kind of model is: data and pure functions. Weights are passed in, never kept.
import type { Scalar, Tensor } from '@tensorflow/tfjs'
import type { ZodType } from 'zod'
import type { SparseTensor } from '../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { Random } from '../random/random.ts'
import type { LearningHyperparameters } from './hyperparameters.ts'
import type { Scorer } from './scorer.ts'
import type { Weights } from './weights.ts'

/** One batch as the training loop prepares it in plain memory. */
export interface HostBatch {
  /** What goes into the encoder: batch × inputs. */
  readonly input: CsrMatrix
  /** What the decoder must reproduce: batch × outputs. */
  readonly target: CsrMatrix
}

/** The same batch on the device. */
export interface DeviceBatch {
  readonly input: SparseTensor
  readonly target: SparseTensor
}

/** By name of a weight, what each of its axes stands for; null for neither users nor items. */
export type WeightAxes = Readonly<Record<string, readonly ('user' | 'item' | null)[]>>

/** Where training stands when a batch is computed. */
export interface StepContext {
  /** Updates made before this one. */
  readonly step: number
  /** Updates that the whole training would make without early stopping. */
  readonly steps: number
  /** Which pass of its epoch, counted from 0. */
  readonly pass: number
  /** This batch's share of all examples. */
  readonly share: number
  /** For the draws that are made for this batch alone. */
  readonly random: Random
  /** The weights that the objective recalls, as they were when the epoch began; they are not differentiated. */
  readonly previousEpoch: Readonly<Record<string, Tensor>>
}

/** What is to be minimized over given data: all that the training loop knows. */
export interface Objective {
  /** A row for each training example: a user's ratings or an item's. */
  readonly examples: CsrMatrix
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
  /** Input and target of a batch of examples, with whatever noise belongs on the input in this pass. */
  prepare(examples: CsrMatrix, random: Random, pass: number): HostBatch
  /**
   * The part of the objective that falls to one batch, without the penalties; over all batches the parts add up.
   * Differentiable in every weight.
   */
  loss(weights: Readonly<Record<string, Tensor>>, batch: DeviceBatch, progress: StepContext): Scalar
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
