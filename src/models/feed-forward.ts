// A model as a few matrices, from which a program without TensorFlow.js computes the same scores.
import type { Activation } from './activation.ts'
import { layerName } from './autoencoder/layers.ts'
import { requireScalar, requireWeight, type Weight, type Weights } from './weights.ts'

/** A feed-forward network whose output is the score of each item. */
export interface FeedForward {
  /** The lowest value of a positive interaction. */
  readonly positiveThreshold: number
  /**
   * `unit`: 1 for each positive, divided by the norm of the history; dislikes change the code, see `moveAwayFromDislikes`.
   * `signed`: 1 for each positive and −1 for each dislike.
   */
  readonly input: 'unit' | 'signed'
  /** From the input to the code. */
  readonly encoder: readonly DenseLayer[]
  /** From the code to the scores; empty where the code is the scores. */
  readonly decoder: readonly DenseLayer[]
}

/** g(x W + b) */
export interface DenseLayer {
  /** W: inputs × outputs, or outputs × inputs if it `isTransposed`. */
  readonly weight: Weight
  readonly isTransposed?: true
  /** The number of outputs that are used, the first ones; all when absent. Never of a transposed W. */
  readonly outputs?: number
  /** b, 0 when absent. */
  readonly bias?: Weight
  readonly activation: Activation
}

interface AutoencoderShape {
  /** The sizes of the hidden layers between the items and the code. */
  readonly hidden: readonly number[]
  readonly latent: number
  readonly activation: Activation
  readonly codeActivation: Activation
}

/**
 * An autoencoder with the layers of `initializeAutoencoder`. Its code is the first `latent` outputs of its encoder.
 *
 * @throws RangeError when a weight is missing, naming it.
 */
export function autoencoderNetwork(
  weights: Weights,
  { hidden, latent, activation, codeActivation }: AutoencoderShape,
): FeedForward {
  const layersOf = (part: 'encoder' | 'decoder', last: Activation): DenseLayer[] =>
    Array.from({ length: hidden.length + 1 }, (_, n) => {
      const { weight, bias } = layerName(part, n)
      const isLast = n === hidden.length
      return {
        weight: requireWeight(weights, weight),
        bias: requireWeight(weights, bias),
        ...(isLast && part === 'encoder' && { outputs: latent }),
        activation: isLast ? last : activation,
      }
    })
  return {
    positiveThreshold: requireScalar(weights, 'positiveThreshold'),
    input: 'unit',
    encoder: layersOf('encoder', codeActivation),
    decoder: layersOf('decoder', 'identity'),
  }
}

/** The scores x B of the items × items weights B. */
export function itemRegressionNetwork(weights: Weights): FeedForward {
  return {
    positiveThreshold: requireScalar(weights, 'positiveThreshold'),
    input: 'signed',
    encoder: [{ weight: requireWeight(weights, 'weights'), activation: 'identity' }],
    decoder: [],
  }
}
