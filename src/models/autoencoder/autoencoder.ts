// The autoencoder of likes with all its options: what a user liked goes through a code into a multinomial.
import * as tf from '@tensorflow/tfjs'
import type { ZodType } from 'zod'
import { multinomialNll } from '../../compute/multinomial-nll.ts'
import { normalNoise } from '../../compute/noise.ts'
import type { SparseTensor } from '../../compute/sparse-tensor.ts'
import { sumOfSquares } from '../../compute/sum-of-squares.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { Random } from '../../random/random.ts'
import { type Activation, activate } from '../activation.ts'
import { defineModel } from '../define-model.ts'
import { batchSizeFor } from '../hyperparameters.ts'
import type { DeviceBatch, GradientModel, Objective, StepContext } from '../model.ts'
import { klFromStandardNormal, type Normal, sample } from '../normal.ts'
import { normalizeRows } from '../normalize-rows.ts'
import { positives, positiveThresholdOf } from '../positives.ts'
import type { Weights } from '../weights.ts'
import { type AutoencoderHyperparameters, autoencoderSchema } from './autoencoder-hyperparameters.ts'
import { absoluteCode, klSparsity, squaredJacobian } from './code-penalty.ts'
import { corrupt } from './corrupt.ts'
import { applyLayers, applyLayersBeforeLast, initializeLayers, itemAxes, layerNames } from './layers.ts'
import { meanDiscrepancy } from './mean-discrepancy.ts'
import { type Encoded, exportAutoencoder, openAutoencoder, type Tensors } from './multinomial-autoencoder.ts'

/**
 * The autoencoder by another name and with other defaults, of which the batch size goes by the number of users. `embed` gives the code, or the mean of q(z | x) where it is
 * a distribution; `decode` the logits of the multinomial.
 */
export function defineAutoencoder<const Name extends string>(
  name: Name,
  defaults: Parameters<typeof autoencoderSchema>[0],
  batchSizeOf: (users: number) => number = batchSizeFor,
): GradientModel<AutoencoderHyperparameters, Name> {
  const hyperparameters: ZodType<AutoencoderHyperparameters> = autoencoderSchema(defaults)
  return defineModel<AutoencoderHyperparameters, Name>({
    kind: 'gradient',
    name,
    hyperparameters,
    defaults: (data: CsrMatrix) => ({ batchSize: batchSizeOf(data.rows) }),
    objective,
    exportWeights: exportAutoencoder,
    open: (weights: Weights, hyperparameters: AutoencoderHyperparameters) =>
      openAutoencoder(weights, {
        weightNames: ['encoder', 'decoder'].flatMap((part) =>
          layerNames(part, hyperparameters.hidden.length + 1),
        ),
        latentSize: hyperparameters.latent,
        hasPosterior: hyperparameters.prior === 'kl',
        encode: (tensors, likes) => encode(tensors, likes, hyperparameters),
        decodeHidden: (tensors, z) =>
          applyLayersBeforeLast(tensors, 'decoder', z, hyperparameters.activation),
      }),
  })
}

function objective(data: CsrMatrix, hyperparameters: AutoencoderHyperparameters): Objective {
  const examples = positives(data, positiveThresholdOf(data, hyperparameters.positiveThreshold))
  return {
    examples,
    axes: itemAxes(hyperparameters.hidden.length + 1),
    annealingFraction: hyperparameters.prior === 'none' ? 0 : hyperparameters.annealingFraction,
    initialize: (random) => initialize(examples.columns, hyperparameters, random),
    prepare: (target, random) => ({
      input: corrupt(normalizeRows(target), hyperparameters, random),
      target,
    }),
    loss: (weights, batch, progress) => loss(weights, batch, hyperparameters, progress),
  }
}

/** Σ over users of −log p(x | z), at one draw of z where it is random, and the terms that have a weight. */
function loss(
  weights: Tensors,
  { input, target }: DeviceBatch,
  hyperparameters: AutoencoderHyperparameters,
  progress: StepContext,
): tf.Scalar {
  const { code, posterior } = encode(weights, input, hyperparameters)
  const z = posterior ? sample(posterior, progress.random) : code
  const nll = tf.sum<tf.Scalar>(multinomialNll(decode(weights, z, hyperparameters), target))
  const users = target.shape[0]
  const { regularization, l1, sparsity, targetActivation, contraction } = hyperparameters
  const terms: readonly [weight: number, term: () => tf.Scalar][] = [
    [betaAt(progress, hyperparameters), () => priorTerm(code, posterior, progress.random)],
    [users * regularization, () => squaredMatrices(weights)],
    [l1, () => absoluteCode(code)],
    [sparsity, () => klSparsity(code, targetActivation)],
    [contraction, () => squaredJacobian(code, codeMatrix(weights, code), codeActivation(hyperparameters))],
  ]
  return tf.addN([
    nll,
    ...terms.filter(([weight]) => weight > 0).map(([weight, term]) => tf.mul(term(), weight)),
  ]) as tf.Scalar
}

function priorTerm(code: tf.Tensor2D, posterior: Normal | undefined, random: Random): tf.Scalar {
  if (posterior) return tf.sum(klFromStandardNormal(posterior))
  return tf.mul(meanDiscrepancy(code, normalNoise(code.shape, random)), code.shape[0])
}

function betaAt({ step, steps }: StepContext, hyperparameters: AutoencoderHyperparameters): number {
  const { prior, maxBeta, annealingFraction } = hyperparameters
  return prior === 'none'
    ? 0
    : maxBeta * Math.min(1, annealingFraction === 0 ? 1 : step / (annealingFraction * steps))
}

function encode(weights: Tensors, likes: SparseTensor, hyperparameters: AutoencoderHyperparameters): Encoded {
  const output = applyLayers(weights, 'encoder', likes, hyperparameters.activation)
  if (hyperparameters.prior !== 'kl') return { code: activate(output, codeActivation(hyperparameters)) }
  const [mean, logVariance] = tf.split(output, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return { code: mean, posterior: { mean, logVariance } }
}

/** The logits of π(z): users × items. */
function decode(weights: Tensors, z: tf.Tensor2D, { activation }: AutoencoderHyperparameters): tf.Tensor2D {
  return applyLayers(weights, 'decoder', z, activation)
}

/** What is to look like N(0, I) must not be bounded. */
function codeActivation({ prior, activation }: AutoencoderHyperparameters): Activation {
  return prior === 'none' ? activation : 'identity'
}

/** V of an encoder of one layer, for the code alone: items × latent. */
function codeMatrix(weights: Tensors, code: tf.Tensor2D): tf.Tensor2D {
  const V = weights[layerNames('encoder', 1)[0]!] as tf.Tensor2D
  return tf.slice(V, [0, 0], [V.shape[0], code.shape[1]])
}

function squaredMatrices(weights: Tensors): tf.Scalar {
  const matrices = Object.values(weights).filter(({ rank }) => rank === 2)
  return tf.addN(matrices.map(sumOfSquares)) as tf.Scalar
}

function initialize(
  items: number,
  { hidden, latent, prior }: AutoencoderHyperparameters,
  random: Random,
): Weights {
  const outputs = prior === 'kl' ? 2 * latent : latent
  return {
    ...initializeLayers('encoder', [items, ...hidden, outputs], random),
    ...initializeLayers('decoder', [latent, ...hidden.toReversed(), items], random),
  }
}
