// The generic autoencoder of positive interactions, with a multinomial likelihood; its variants differ in their defaults.
import * as tf from '@tensorflow/tfjs'
import { corrupt } from '../../compute/noise.ts'
import type { DeviceRandom } from '../../compute/philox.ts'
import { sumOfSquares } from '../../compute/sum-of-squares.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { positives } from '../../interactions/positives.ts'
import type { Random } from '../../random/random.ts'
import { type Activation, activate } from '../activation.ts'
import { defineModel } from '../define-model.ts'
import { autoencoderNetwork } from '../feed-forward.ts'
import { batchSizeFor } from '../hyperparameters.ts'
import type { DeviceBatch, GradientModel, Objective, StepContext } from '../model.ts'
import { klFromStandardNormal, reparameterize } from '../mult-vae.ts'
import { annealedBeta } from '../mult-vae-hyperparameters.ts'
import { normalizeRows } from '../normalize-rows.ts'
import { requireWeight } from '../weights.ts'
import {
  adversaryAxes,
  adversaryLoss,
  adversaryOf,
  discriminatorUpdates,
  gameOf,
  gameTerm,
  initializeAdversary,
} from './adversary.ts'
import {
  type AutoencoderDefaults,
  type AutoencoderHyperparameters,
  autoencoderSchema,
  needsAllItems,
} from './autoencoder-hyperparameters.ts'
import {
  centroidWeight,
  clusteringLoss,
  clusteringWeight,
  growthFraction,
  initializeCentroids,
} from './clustering.ts'
import { absoluteCode, klSparsity, squaredJacobian } from './code-penalty.ts'
import { isDiscriminator } from './discriminator.ts'
import { featureLoss, featureWeight, trainItemFeatures } from './feature-loss.ts'
import { drawLevel } from './joint-samples.ts'
import {
  applyFirstLayer,
  applyLaterLayers,
  initializeAutoencoder,
  itemAxes,
  layerName,
  layerNames,
  matricesOf,
} from './layers.ts'
import { meanDiscrepancy } from './mean-discrepancy.ts'
import {
  type Code,
  type EncodedUsers,
  exportAutoencoder,
  openAutoencoder,
  type Tensors,
} from './multinomial-autoencoder.ts'
import { drawPrior } from './prior.ts'
import { negativeLogLikelihood, negativesFor, sampledSoftmaxOf } from './sampled-softmax.ts'
import { splitPositives } from './split-positives.ts'

/** A variant of the autoencoder by its name and defaults; the default batch size follows the number of users. */
export function defineAutoencoder<const Name extends string>(
  name: Name,
  defaults: AutoencoderDefaults,
): GradientModel<AutoencoderHyperparameters, Name> {
  return defineModel<AutoencoderHyperparameters, Name>({
    kind: 'gradient',
    name,
    hyperparameters: autoencoderSchema(defaults),
    defaults: ({ rows, columns }, set) => {
      const options: Partial<AutoencoderHyperparameters> = { ...defaults, ...set }
      return {
        // the logits of users and of draws of the prior, their noise and the relaxed positives
        batchSize: batchSizeFor(rows, options.prior === 'joint' ? 4 * columns : 0),
        ...(needsAllItems(options) ? {} : { negatives: negativesFor(columns) }),
      }
    },
    mainHyperparameters: [
      ...['latent', ...(defaults.conditional ? [] : ['dropout']), 'learningRate'],
      ...penaltiesOf(defaults),
    ],
    objective,
    exportWeights: exportAutoencoder,
    open: (weights, hyperparameters) => ({
      ...openAutoencoder(weights, {
        encoderWeights: layerNames('encoder', hyperparameters.hidden.length + 1),
        decoderLayers: hyperparameters.hidden.length + 1,
        latent: hyperparameters.latent,
        activation: hyperparameters.activation,
        hasPosterior: hasPosterior(hyperparameters),
        ...(gameOf(hyperparameters) && { adversary: adversaryOf(hyperparameters) }),
        encode: (weights, first) => encode(weights, first, hyperparameters),
      }),
      ...(hyperparameters.clustering > 0 && { centroids: requireWeight(weights, centroidWeight).values }),
    }),
    feedForward: (weights, hyperparameters) =>
      autoencoderNetwork(weights, { ...hyperparameters, codeActivation: codeActivation(hyperparameters) }),
  })
}

/** The weights of the penalties that the defaults turn on. */
function penaltiesOf(defaults: AutoencoderDefaults) {
  const penalties = ['maxBeta', 'sparsity', 'contraction', 'regularization'] as const
  return penalties.filter((name) => (defaults[name] ?? 0) > 0).slice(0, 1)
}

function objective(data: CsrMatrix, hyperparameters: AutoencoderHyperparameters): Objective {
  const { hidden, latent, prior, clustering } = hyperparameters
  const target = positives(data, hyperparameters.positiveThreshold)
  const game = gameOf(hyperparameters)
  return {
    examples: { input: normalizeRows(target), target },
    axes: { ...itemAxes(hidden.length + 1), ...adversaryAxes(hyperparameters) },
    ...sampledSoftmaxOf(hyperparameters.negatives, hidden.length + 1),
    annealingFraction: Math.max(
      prior === 'none' ? 0 : hyperparameters.annealingFraction,
      clustering > 0 ? growthFraction : 0,
    ),
    initialize: (random) => ({
      ...initializeAutoencoder(data.columns, hidden, codeOutputs(hyperparameters), latent, random),
      ...(game && initializeAdversary(data.columns, hyperparameters, random)),
      ...(clustering > 0 && { [centroidWeight]: initializeCentroids(hyperparameters, random) }),
    }),
    ...(hyperparameters.featureConsistency > 0 && {
      fixedWeights: async (random: Random) => ({
        [featureWeight]: await trainItemFeatures(data, hyperparameters.positiveThreshold, random),
      }),
    }),
    // the first pass updates the autoencoder, the others the discriminator
    ...(game && { passes: 1 + discriminatorUpdates[game], alternatesPasses: true }),
    isTrainable: (name, pass) => name !== featureWeight && isDiscriminator(name) === pass > 0,
    schedule: (step, steps) => ({
      beta: annealedBeta(hyperparameters, step, steps),
      clustering: clusteringWeight(hyperparameters, step, steps),
    }),
    corrupt: (input, { random }) => corrupt(input, hyperparameters, random),
    loss: (weights, batch, context) => loss(weights, batch, hyperparameters, context),
  }
}

function hasPosterior({ prior }: AutoencoderHyperparameters): boolean {
  return prior === 'kl' || prior === 'joint'
}

/** Units of the encoder's last layer. */
function codeOutputs(hyperparameters: AutoencoderHyperparameters): number {
  return hasPosterior(hyperparameters) ? 2 * hyperparameters.latent : hyperparameters.latent
}

/**
 * Of the autoencoder, Σ over users of −log p(x | z), with one draw of z if the code is random, plus the terms whose weight
 * is not 0; of the discriminator, its own loss.
 */
function loss(
  weights: Tensors,
  batch: DeviceBatch,
  hyperparameters: AutoencoderHyperparameters,
  { pass, random, schedule }: StepContext,
): tf.Scalar {
  const { activation, reconstruction, regularization, featureConsistency, l1, contraction } = hyperparameters
  const { sparsity, targetActivation } = hyperparameters
  const hasPrior = hyperparameters.prior !== 'none' && hyperparameters.maxBeta > 0
  const seen = hyperparameters.conditional ? toConditional(batch, random) : batch
  const { input, target } = seen
  const level = (mean: tf.Tensor2D) => (hyperparameters.hierarchical ? drawLevel(mean, random) : mean)
  const first = level(applyFirstLayer(weights, 'encoder', input))
  const code = encode(weights, first, hyperparameters)
  const { mu, logVar } = code
  const z = logVar ? reparameterize({ mu, logVar }, random) : mu
  const encoded: EncodedUsers = { z, first, target }
  const game = gameOf(hyperparameters)
  if (pass > 0) return adversaryLoss(game!, weights, encoded, hyperparameters, random)
  const decoderFirst = level(applyFirstLayer(weights, 'decoder', z))
  const logits = applyLaterLayers(weights, 'decoder', decoderFirst, activation)
  const users = target.shape[0]
  const terms: readonly [weight: number, term: () => tf.Scalar][] = [
    [reconstruction, () => tf.sum(negativeLogLikelihood(logits, seen))],
    [users * regularization, () => tf.addN(matricesOf(weights).map(sumOfSquares)) as tf.Scalar],
    [featureConsistency, () => featureLoss(logits, target, weights[featureWeight] as tf.Tensor2D)],
    [l1, () => absoluteCode(mu)],
    [sparsity, () => klSparsity(mu, targetActivation)],
    [contraction, () => squaredJacobian(mu, codeMatrix(weights, mu), codeActivation(hyperparameters))],
  ]
  const priorTerm = () => {
    if (game) return gameTerm(game, weights, encoded, hyperparameters, random)
    if (logVar) return tf.sum<tf.Scalar>(klFromStandardNormal({ mu, logVar }))
    const prior = drawPrior(mu, hyperparameters.priorComponents, random)
    return tf.mul<tf.Scalar>(meanDiscrepancy(mu, prior), mu.shape[0])
  }
  const clusteringTerm = () => clusteringLoss(mu, weights[centroidWeight] as tf.Tensor2D)
  return tf.addN([
    ...(hasPrior ? [tf.mul(priorTerm(), schedule.beta!)] : []),
    ...(hyperparameters.clustering > 0 ? [tf.mul(clusteringTerm(), schedule.clustering!)] : []),
    ...terms.filter(([weight]) => weight > 0).map(([weight, term]) => tf.mul(term(), weight)),
  ]) as tf.Scalar
}

function toConditional(batch: DeviceBatch, random: DeviceRandom): DeviceBatch {
  const { before, after } = splitPositives(batch.target, random)
  return { ...batch, input: { ...before, shape: batch.input.shape }, target: after }
}

/** @param first the first layer before its activation */
function encode(weights: Tensors, first: tf.Tensor2D, hyperparameters: AutoencoderHyperparameters): Code {
  const output = applyLaterLayers(weights, 'encoder', first, hyperparameters.activation)
  if (!hasPosterior(hyperparameters)) return { mu: activate(output, codeActivation(hyperparameters)) }
  const [mu, logVar] = tf.split(output, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return { mu, logVar }
}

/** A code with the prior N(0, I) must be unbounded. */
function codeActivation({ prior, activation }: AutoencoderHyperparameters): Activation {
  return prior === 'none' ? activation : 'identity'
}

/** V of an encoder of one layer, without the columns of `logVar`: items × latent. */
function codeMatrix(weights: Tensors, code: tf.Tensor2D): tf.Tensor2D {
  const V = weights[layerName('encoder', 0).weight] as tf.Tensor2D
  return tf.slice(V, [0, 0], [V.shape[0], code.shape[1]])
}
