// AutoRec (Sedhain, Menon, Sanner, Xie, WWW 2015): h(r; θ) = f(W · g(V r + μ) + b), for users (U-AutoRec) or items (I-AutoRec).
import * as tf from '@tensorflow/tfjs'
import { gatherColumns } from '../../compute/gather-columns.ts'
import { dropout, hideEntries } from '../../compute/noise.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import type { SparseTensor } from '../../compute/sparse-tensor.ts'
import { sumOfSquares } from '../../compute/sum-of-squares.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { transpose } from '../../interactions/csr/transpose.ts'
import type { RatingScale } from '../../interactions/rating-scale.ts'
import type { Random } from '../../random/random.ts'
import { activate } from '../activation.ts'
import { constant, xavier } from '../initializers.ts'
import type { DeviceBatch, Objective, StepContext } from '../model.ts'
import type { Weights } from '../weights.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { encoderInput, hideRatings, inputColumns } from './encoder-input.ts'
import { activateOutput, tangentAt } from './output-activation.ts'
import { trainingTargetOf } from './training-target.ts'

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
 * @param data users × items ratings
 * @param example whose ratings are an example
 */
export function autoRecObjective(
  data: CsrMatrix,
  example: 'user' | 'item',
  hyperparameters: AutoRecHyperparameters,
): Objective {
  const target = trainingTargetOf(data, hyperparameters)
  const { scale } = target
  const values = target.fromRatings(data)
  const ratings = example === 'user' ? values : transpose(values)
  const column = example === 'user' ? 'item' : 'user'
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

/** The code of each example, from its ratings: examples × k. */
export function encode(
  encoder: Pick<AutoRecTensors, 'V' | 'mu'>,
  input: SparseTensor,
  hyperparameters: AutoRecHyperparameters,
): tf.Tensor2D {
  return codesOf(preactivate(encoder, input), encoder.mu, hyperparameters)
}

/**
 * g(a) of preactivations a = V r + μ, examples × k; of residuals, g(a) − g(μ), which is 0 without ratings, so that the
 * prediction is then the baseline of biases, and a large λ leaves nothing but this baseline.
 */
export function codesOf(
  a: tf.Tensor2D,
  mu: tf.Tensor1D,
  { hiddenActivation, target }: Pick<AutoRecHyperparameters, 'hiddenActivation' | 'target'>,
): tf.Tensor2D {
  const code = activate(a, hiddenActivation)
  return target === 'ratings' ? code : tf.sub(code, activate(mu, hiddenActivation))
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
