// What a kind of model is: data and pure functions. Weights are passed in, never kept.
import type { Scalar, Tensor } from '@tensorflow/tfjs'
import type { ZodType } from 'zod'
import type { SparseTensor } from '../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../interactions/csr-matrix.ts'
import type { Random } from '../random/random.ts'
import type { Scorer } from './scorer.ts'
import type { Weights } from './weights.ts'

/** One batch as the training loop prepares it in plain memory. */
export interface Examples {
  /** What goes into the encoder: batch × inputs. */
  readonly input: CsrMatrix
  /** What the decoder must reproduce: batch × outputs. */
  readonly target: CsrMatrix
}

/** The same batch on the device. */
export interface Batch {
  readonly input: SparseTensor
  readonly target: SparseTensor
}

/** Where training stands when a batch is computed. */
export interface Progress {
  /** Updates made before this one. */
  readonly step: number
  /** Updates that the whole training would make without early stopping. */
  readonly steps: number
  /** This batch's share of all examples. */
  readonly share: number
  /** For seeding the draws that are made on the device. */
  readonly seed: number
}

interface Definition<H> {
  readonly name: string
  /** Ranges and defaults of all hyperparameters; parses `{}` into the defaults. */
  readonly hyperparameters: ZodType<H>
  /** The model as served: ready to score on the current backend. */
  open(weights: Weights, hyperparameters: H): Scorer
}

/** A model learned by gradient descent, an epoch at a time. */
export interface GradientModel<H> extends Definition<H> {
  readonly kind: 'gradient'
  /** Whether one training example is a user's row or an item's column. */
  readonly examples: 'users' | 'items'
  initialize(data: CsrMatrix, hyperparameters: H, random: Random): Weights
  /** Input and target of a batch of examples, with whatever noise belongs on the input. */
  prepare(examples: CsrMatrix, hyperparameters: H, random: Random): Examples
  /** The objective of one batch, to be minimized; differentiable in every weight. */
  loss(
    weights: Readonly<Record<string, Tensor>>,
    batch: Batch,
    hyperparameters: H,
    progress: Progress,
  ): Scalar
  /** Turns learned weights into those that are served, with all they must remember of the data. */
  freeze(weights: Weights, data: CsrMatrix, hyperparameters: H): Promise<Weights>
}

/** A model computed at once. */
export interface ClosedFormModel<H> extends Definition<H> {
  readonly kind: 'closed-form'
  solve(data: CsrMatrix, hyperparameters: H, random: Random): Promise<Weights>
}

export type Model<H> = GradientModel<H> | ClosedFormModel<H>
