// The clustering term of DEC: Xie, Girshick and Farhadi, "Unsupervised deep embedding for clustering analysis", ICML 2016.
import * as tf from '@tensorflow/tfjs'
import type { Random } from '../../random/random.ts'
import { truncatedNormal } from '../initializers.ts'
import type { Weight } from '../weights.ts'
import type { AutoencoderHyperparameters } from './autoencoder-hyperparameters.ts'
import { squaredDistances } from './squared-distances.ts'

/** The name of the matrix of centroids, clusters × latent. */
export const centroidWeight = 'clusters.centroids'

/**
 * Random centroids, which the term itself moves to the codes while its weight grows. DEC starts from a k-means of the codes of
 * an autoencoder that was trained before; here one training does both.
 */
export function initializeCentroids(
  { clusters, latent }: Pick<AutoencoderHyperparameters, 'clusters' | 'latent'>,
  random: Random,
): Weight {
  const { values } = truncatedNormal(clusters * latent, 0.1, random)
  return { shape: [clusters, latent], values }
}

/** Share of all updates over which the weight of the term grows linearly from 0: the first codes have no clusters. */
export const growthFraction = 0.1

/** The weight of the term at an update, counted from 0. */
export function clusteringWeight(
  { clustering }: Pick<AutoencoderHyperparameters, 'clustering'>,
  step: number,
  steps: number,
): number {
  return clustering * Math.min(1, step / (growthFraction * steps))
}

/**
 * Σ over users of KL(p_u ‖ q_u), where q_uk ∝ 1 / (1 + ‖z_u − c_k‖²) is the probability that user u belongs to cluster k by
 * Student's t-distribution with one degree of freedom, and p_uk ∝ q_uk² / Σ_u q_uk, a constant to the gradient, is a sharper
 * q in which large clusters weigh less (equations 1 to 3). The sum over the users of a batch, which are random ones, stands
 * for that over all users: it estimates the sizes of the clusters up to a factor, and p does not depend on the factor.
 *
 * @param z users × latent
 * @param c clusters × latent
 */
export function clusteringLoss(z: tf.Tensor2D, c: tf.Tensor2D): tf.Scalar {
  return divergenceFromTarget(tf.neg<tf.Tensor2D>(tf.log(tf.add<tf.Tensor2D>(squaredDistances(z, c), 1))))
}

/** From log q up to a constant per user: users × clusters. With a constant p, the gradient is that of a cross-entropy, q − p. */
const divergenceFromTarget = tf.customGrad((logits, save) => {
  const logQ = tf.logSoftmax(logits as tf.Tensor2D)
  const q = tf.exp(logQ)
  const weighted = tf.div(tf.square(q), tf.sum(q, 0, true))
  const p = tf.div(weighted, tf.sum(weighted, 1, true))
  ;(save as tf.GradSaveFunc)([tf.sub(q, p)])
  return {
    value: tf.sum(tf.mul(p, tf.sub(tf.log(p), logQ))),
    gradFunc: (dy: tf.Tensor, [difference]: tf.Tensor[]) => tf.mul(dy, difference!),
  }
}) as (logits: tf.Tensor2D) => tf.Scalar
