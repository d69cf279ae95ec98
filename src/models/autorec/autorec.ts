// AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015): h(r; θ) = f(W · g(V r + μ) + b). What U- and I-AutoRec share.
import * as tf from '@tensorflow/tfjs'
import { gatherColumns } from '../../compute/gather-columns.ts'
import { dropout } from '../../compute/noise.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import type { SparseTensor } from '../../compute/sparse-tensor.ts'
import { sumOfSquares } from '../../compute/sum-of-squares.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../../interactions/csr/select.ts'
import type { Random } from '../../random/random.ts'
import { constant, xavier } from '../initializers.ts'
import type { DeviceBatch, Objective, StepContext } from '../model.ts'
import { type RatingScale, ratingScale } from '../rating-scale.ts'
import type { Weights } from '../weights.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { encoderInput, inputColumns } from './encoder-input.ts'
import { activateOutput, tangentAt } from './output-activation.ts'

/** θ: V is inputs × k and W outputs × k, both transposed against the paper, so that rows belong to users or items. */
export interface AutoRecTensors {
  readonly V: tf.Tensor2D
  readonly mu: tf.Tensor1D
  readonly W: tf.Tensor2D
  readonly b: tf.Tensor1D
}

/**
 * Σ over observed (r − h(r; θ))² + λ/2 (‖W‖² + ‖V‖²) over `examples`, a row of ratings for each; biases go free. A
 * column is a rating of a `column`.
 */
export function autoRecObjective(
  examples: CsrMatrix,
  column: 'user' | 'item',
  hyperparameters: AutoRecHyperparameters,
): Objective {
  const scale = ratingScale(examples)
  return {
    examples,
    axes: { V: [column, null], W: [column, null], b: [column] },
    initialize: (random) => initialize(examples.columns, scale, hyperparameters, random),
    prepare: (target, random) => ({
      input: encoderInput(
        hide(target, hyperparameters.inputDropout, random),
        hyperparameters.input,
        scale.mean,
      ),
      target,
    }),
    penalties: { V: hyperparameters.regularization, W: hyperparameters.regularization },
    loss: (weights, batch, progress) =>
      loss(weights as unknown as AutoRecTensors, batch, scale, hyperparameters, progress),
  }
}

/** g(V r + μ): examples × k. */
export function encode(
  { V, mu }: Pick<AutoRecTensors, 'V' | 'mu'>,
  input: SparseTensor,
  { hiddenActivation }: AutoRecHyperparameters,
): tf.Tensor2D {
  const a = tf.add<tf.Tensor2D>(sparseDenseMatMul(input, V), mu)
  return hiddenActivation === 'sigmoid' ? tf.sigmoid(a) : a
}

/** What the encoder is told of ratings; those left do not grow, as ratings are what they are. */
function hide(ratings: CsrMatrix, share: number, random: Random): CsrMatrix {
  return share === 0 ? ratings : filterEntries(ratings, () => random.uniform() >= share)
}

/** Σ over observed (r − h(r; θ))². */
function loss(
  { V, mu, W, b }: AutoRecTensors,
  { input, target }: DeviceBatch,
  scale: RatingScale,
  hyperparameters: AutoRecHyperparameters,
  { random }: StepContext,
): tf.Scalar {
  const hidden = dropout(encode({ V, mu }, input, hyperparameters), hyperparameters.dropout, random)
  const output = tf.add<tf.Tensor1D>(sampledMatMul(hidden, W, target), gatherColumns(b, target))
  const error = tf.sub(target.values, activateOutput(output, scale, hyperparameters))
  return sumOfSquares(error)
}

function initialize(
  columns: number,
  scale: RatingScale,
  hyperparameters: AutoRecHyperparameters,
  random: Random,
): Weights {
  const { hidden, input } = hyperparameters
  return {
    V: xavier(inputColumns(columns, input), hidden, random),
    mu: constant(hidden, 0),
    W: xavier(columns, hidden, random),
    b: constant(columns, tangentAt(scale.mean, scale, hyperparameters).at),
  }
}
