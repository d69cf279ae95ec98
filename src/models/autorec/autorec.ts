// AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015): h(r; θ) = f(W · g(V r + μ) + b), for users (U-AutoRec) or items (I-AutoRec).
import * as tf from '@tensorflow/tfjs'
import { gatherColumns } from '../../compute/gather-columns.ts'
import { dropout, hideEntries } from '../../compute/noise.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import type { SparseTensor } from '../../compute/sparse-tensor.ts'
import { sumOfSquares } from '../../compute/sum-of-squares.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { type RatingScale, ratingScale } from '../../interactions/rating-scale.ts'
import type { Random } from '../../random/random.ts'
import { activate } from '../activation.ts'
import { constant, xavier } from '../initializers.ts'
import type { DeviceBatch, Objective, StepContext } from '../model.ts'
import type { Weights } from '../weights.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { encoderInput, hideRatings, inputColumns } from './encoder-input.ts'
import { activateOutput, tangentAt } from './output-activation.ts'

/** θ. V is inputs × k and W outputs × k. V is transposed compared to the paper, so that the rows of both belong to users or items. */
export interface AutoRecTensors {
  readonly V: tf.Tensor2D
  readonly mu: tf.Tensor1D
  readonly W: tf.Tensor2D
  readonly b: tf.Tensor1D
}

/**
 * Σ over observed (r − h(r; θ))² + λ/2 (‖W‖² + ‖V‖²), with unregularized biases.
 *
 * @param ratings one row per example
 * @param column what the columns of `ratings` stand for
 */
export function autoRecObjective(
  ratings: CsrMatrix,
  column: 'user' | 'item',
  hyperparameters: AutoRecHyperparameters,
): Objective {
  const scale = ratingScale(ratings)
  const { input, inputDropout } = hyperparameters
  return {
    examples: { input: encoderInput(ratings, input, scale.mean), target: ratings },
    axes: { V: [column, null], W: [column, null], b: [column] },
    initialize: (random) => initialize(ratings.columns, scale, hyperparameters, random),
    // the remaining ratings are not rescaled
    corrupt: (shown, { random }) =>
      (input === 'centered+mask' ? hideRatings : hideEntries)(shown, inputDropout, random),
    penalties: { V: hyperparameters.regularization, W: hyperparameters.regularization },
    loss: (weights, batch, context) =>
      loss(weights as unknown as AutoRecTensors, batch, scale, hyperparameters, context),
  }
}

/** g(V r + μ): examples × k. */
export function encode(
  encoder: Pick<AutoRecTensors, 'V' | 'mu'>,
  input: SparseTensor,
  { hiddenActivation }: AutoRecHyperparameters,
): tf.Tensor2D {
  return activate(preactivate(encoder, input), hiddenActivation)
}

/** V r + μ: examples × k. */
export function preactivate({ V, mu }: Pick<AutoRecTensors, 'V' | 'mu'>, input: SparseTensor): tf.Tensor2D {
  return tf.add(sparseDenseMatMul(input, V), mu)
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
