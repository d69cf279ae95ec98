// The second player of an adversarial prior: its weights, what it sees of users and of the prior, and both players' losses.
import * as tf from '@tensorflow/tfjs'
import type { DeviceRandom } from '../../compute/philox.ts'
import { countEntries } from '../../compute/sparse-tensor.ts'
import type { Random } from '../../random/random.ts'
import type { WeightAxes } from '../model.ts'
import type { Weights } from '../weights.ts'
import type { AutoencoderHyperparameters } from './autoencoder-hyperparameters.ts'
import {
  deceptionLoss,
  decoderDeceptionLoss,
  discriminatorLoss,
  type Game,
  initializeDiscriminator,
  type Sample,
} from './discriminator.ts'
import { decodedPair, encodedPair, initializeJoint, jointAxes, jointWeights } from './joint-samples.ts'
import type { Adversary, EncodedUsers, Tensors } from './multinomial-autoencoder.ts'
import { drawPrior } from './prior.ts'

/** Undefined where there is no second player. */
export function gameOf({ prior }: AutoencoderHyperparameters): Game | undefined {
  if (prior === 'joint') return 'adversarial'
  return prior === 'adversarial' || prior === 'wasserstein' ? prior : undefined
}

/** Updates of the discriminator for each of the autoencoder: a critic must be close to its optimum (Gulrajani et al. 2017). */
export const discriminatorUpdates = { adversarial: 1, wasserstein: 5 } as const

export function initializeAdversary(
  items: number,
  { prior, latent, hierarchical, hidden, discriminatorWidth: width }: AutoencoderHyperparameters,
  random: Random,
): Weights {
  const level = hierarchical ? hidden[0] : undefined
  return {
    ...initializeDiscriminator(latent, width, random),
    ...(prior === 'joint' && initializeJoint({ items, width, level }, random)),
  }
}

export function adversaryAxes({ prior }: AutoencoderHyperparameters): WeightAxes {
  return prior === 'joint' ? jointAxes : {}
}

/** What the discriminator minimizes. */
export function adversaryLoss(
  game: Game,
  weights: Tensors,
  users: EncodedUsers,
  hyperparameters: AutoencoderHyperparameters,
  random: DeviceRandom,
): tf.Scalar {
  const encoded = encodedSample(weights, users, hyperparameters)
  const drawn = drawnSample(weights, users, hyperparameters, random)
  return discriminatorLoss(game, weights, { encoded, drawn }, random)
}

/** What encoder and decoder minimize of the game. */
export function gameTerm(
  game: Game,
  weights: Tensors,
  users: EncodedUsers,
  hyperparameters: AutoencoderHyperparameters,
  random: DeviceRandom,
): tf.Scalar {
  const deception = deceptionLoss(game, weights, encodedSample(weights, users, hyperparameters))
  if (hyperparameters.prior !== 'joint') return deception
  const drawn = drawnSample(weights, users, hyperparameters, random)
  return tf.add(deception, decoderDeceptionLoss(weights, drawn))
}

/** The discriminator of the served model, which is only measured. */
export function adversaryOf(hyperparameters: AutoencoderHyperparameters): Adversary {
  const { prior, priorComponents, hierarchical } = hyperparameters
  return {
    priorComponents,
    weights: prior === 'joint' ? jointWeights(hierarchical) : [],
    encoded: (weights, users) => encodedSample(weights, users, hyperparameters),
    drawn: (weights, users, random) => drawnSample(weights, users, hyperparameters, random),
  }
}

function encodedSample(
  weights: Tensors,
  users: EncodedUsers,
  { prior, activation }: AutoencoderHyperparameters,
): Sample {
  return prior === 'joint' ? encodedPair(weights, users.z, { ...users, activation }) : { z: users.z }
}

/** As many draws of the prior as there are users; where the decoder draws positives, each as many on average as a user has. */
function drawnSample(
  weights: Tensors,
  { z: like, target }: Pick<EncodedUsers, 'z' | 'target'>,
  { prior, priorComponents, activation }: AutoencoderHyperparameters,
  random: DeviceRandom,
): Sample {
  const z = drawPrior(like, priorComponents, random)
  if (prior !== 'joint') return { z }
  return decodedPair(weights, z, { counts: countEntries(target), activation }, random)
}
