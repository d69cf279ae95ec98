// Mult-DAE (Liang, Krishnan, Hoffman, Jebara, WWW 2018), as in the authors' notebook, https://github.com/dawenl/vae_cf.
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { corrupt } from '../compute/noise.ts'
import { sumOfSquares } from '../compute/sum-of-squares.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { positives } from '../interactions/positives.ts'
import { type Activation, activate, activations } from './activation.ts'
import {
  hiddenSizes,
  inputDropout,
  inputNoise,
  latentSize,
  weightDecay,
} from './autoencoder/autoencoder-hyperparameters.ts'
import {
  applyFirstLayer,
  applyLaterLayers,
  applyLayers,
  initializeAutoencoder,
  itemAxes,
  layerNames,
  matricesOf,
} from './autoencoder/layers.ts'
import { exportAutoencoder, openAutoencoder, type Tensors } from './autoencoder/multinomial-autoencoder.ts'
import {
  negativeLogLikelihood,
  negatives,
  negativesFor,
  sampledSoftmaxOf,
} from './autoencoder/sampled-softmax.ts'
import { defineModel } from './define-model.ts'
import { autoencoderNetwork } from './feed-forward.ts'
import { batchSizeFor, learningSchema } from './hyperparameters.ts'
import type { DeviceBatch, Objective } from './model.ts'
import { normalizeRows } from './normalize-rows.ts'

const hyperparameters = z.strictObject({
  ...learningSchema({
    epochs: 200,
    batchSize: 500,
    learningRate: 1e-3,
    learningRateDecay: 'none',
    patience: 20,
  }),
  hidden: hiddenSizes([]),
  latent: latentSize(200),
  activation: z.enum(activations).default('tanh'),
  dropout: inputDropout(0.5),
  noise: inputNoise(0),
  regularization: weightDecay(1e-4),
  negatives,
})

type MultDaeHyperparameters = z.infer<typeof hyperparameters>

export const multDae = defineModel({
  kind: 'gradient',
  name: 'mult-dae',
  hyperparameters,
  defaults: ({ rows, columns }) => ({
    batchSize: batchSizeFor(rows),
    negatives: negativesFor(columns),
  }),
  mainHyperparameters: ['latent', 'dropout', 'regularization', 'learningRate'],
  objective,
  exportWeights: exportAutoencoder,
  open: (weights, { hidden, latent, activation }: MultDaeHyperparameters) =>
    openAutoencoder(weights, {
      encoderWeights: layerNames('encoder', hidden.length + 1),
      decoderLayers: hidden.length + 1,
      latent,
      activation,
      hasPosterior: false,
      encode: (weights, first) => ({ mu: encode(weights, first, activation) }),
    }),
  feedForward: (weights, shape: MultDaeHyperparameters) =>
    autoencoderNetwork(weights, { ...shape, codeActivation: shape.activation }),
})

function objective(data: CsrMatrix, hyperparameters: MultDaeHyperparameters): Objective {
  const { hidden, latent } = hyperparameters
  const target = positives(data, hyperparameters.positiveThreshold)
  return {
    examples: { input: normalizeRows(target), target },
    axes: itemAxes(hidden.length + 1),
    ...sampledSoftmaxOf(hyperparameters.negatives, hidden.length + 1),
    initialize: (random) => initializeAutoencoder(data.columns, hidden, latent, latent, random),
    corrupt: (input, { random }) => corrupt(input, hyperparameters, random),
    loss: (weights, batch) => loss(weights, batch, hyperparameters),
  }
}

/** Σ over users of −log p(x | z) + λ Σ ‖W‖². */
function loss(
  weights: Tensors,
  batch: DeviceBatch,
  { activation, regularization: lambda }: MultDaeHyperparameters,
): tf.Scalar {
  const z = encode(weights, applyFirstLayer(weights, 'encoder', batch.input), activation)
  const logits = decode(weights, z, activation)
  const nll = tf.sum<tf.Scalar>(negativeLogLikelihood(logits, batch))
  const squares = tf.addN(matricesOf(weights).map(sumOfSquares)) as tf.Scalar
  return tf.add(nll, tf.mul(squares, batch.target.shape[0] * lambda))
}

/** z from the first layer before its activation, tanh(x̃ V + b) where it is the only one: users × hidden to users × latent. */
function encode(weights: Tensors, first: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  return activate(applyLaterLayers(weights, 'encoder', first, activation), activation)
}

/** The logits of the multinomial π(z): users × latent to users × items. */
function decode(weights: Tensors, z: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  return applyLayers(weights, 'decoder', z, activation)
}
