// ELSA: Vančura, Alves, Kasalický and Kordík, "Scalable linear shallow autoencoder for collaborative filtering", RecSys 2022.
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { read } from '../compute/read.ts'
import { sampledMatMul } from '../compute/sampled-mat-mul.ts'
import { sparseDenseMatMul } from '../compute/sparse-dense-mat-mul.ts'
import { disposeSparse, type SparseTensor, uploadSparse, withValues } from '../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { positives, positivesAndDislikes, signs } from '../interactions/positives.ts'
import { defineModel } from './define-model.ts'
import type { FeedForward } from './feed-forward.ts'
import { batchSizeFor, learningSchema, searchRanges } from './hyperparameters.ts'
import { xavier } from './initializers.ts'
import { itemSpaceOf } from './item-space.ts'
import type { Objective } from './model.ts'
import { type ContributionModel, type ItemSpace, type LatentModel, requireColumns } from './scorer.ts'
import { uploadWeights } from './upload-weights.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from './weights.ts'

const hyperparameters = z.strictObject({
  ...learningSchema({
    epochs: 40,
    batchSize: 500,
    learningRate: 0.01,
    learningRateDecay: 'none',
    patience: 10,
  }),
  learningRate: z
    .number()
    .positive()
    .max(1)
    .default(0.01)
    .register(searchRanges, { from: 3e-3, to: 0.3, scale: 'log' }),
  latent: z
    .int()
    .min(1)
    .max(10_000)
    .default(512)
    .register(searchRanges, { from: 64, to: 1024, scale: 'log' }),
})

type ElsaHyperparameters = z.infer<typeof hyperparameters>

/**
 * Item vectors of length 1, the rows of A: a user with the positives x has the scores x (A Aᵀ − I). Like EASE an item-item
 * model with a diagonal of 0, but with memory linear in the number of items.
 */
export const elsa = defineModel({
  kind: 'gradient',
  name: 'elsa',
  hyperparameters,
  defaults: ({ rows }) => ({ batchSize: batchSizeFor(rows) }),
  mainHyperparameters: ['latent', 'learningRate'],
  objective,
  exportWeights,
  open,
  feedForward,
})

function objective(data: CsrMatrix, { latent, positiveThreshold }: ElsaHyperparameters): Objective {
  const x = positives(data, positiveThreshold)
  return {
    examples: { input: x, target: x },
    axes: { items: ['item', null] },
    initialize: (random) => ({ items: xavier(data.columns, latent, random) }),
    loss: ({ items }, { target }) => loss(unitRows(items as tf.Tensor2D), target),
  }
}

/** Σ over users of ‖x̂ / ‖x̂‖ − x / ‖x‖‖² = 2 − 2 cos(x̂, x), where x̂ = max(0, x (A Aᵀ − I)). */
function loss(A: tf.Tensor2D, x: SparseTensor): tf.Scalar {
  const z = sparseDenseMatMul(x, A)
  const products = sampledMatMul(z, A, x) // x A Aᵀ at the positives
  const predicted = tf.relu(tf.sub(products, 1))
  const everywhere = tf.sum(tf.square(tf.relu(tf.matMul(z, A, false, true))), 1, true)
  const correction = tf.sub(tf.square(predicted), tf.square(tf.relu(products)))
  const sums = (values: tf.Tensor1D) => sumRows(x, values)
  const squares = tf.add(everywhere, sums(correction as tf.Tensor1D))
  const norms = tf.sqrt(tf.mul(tf.maximum(squares, tiny), tf.maximum(sums(tf.onesLike(products)), 1)))
  const cosines = tf.div(sums(predicted as tf.Tensor1D), norms)
  return tf.sum(tf.sub(2, tf.mul(2, cosines)))
}

const tiny = 1e-6

/** The sums of values at the entries of each row: rows × 1. */
function sumRows(pattern: SparseTensor, values: tf.Tensor1D): tf.Tensor2D {
  return sparseDenseMatMul(withValues(pattern, values), tf.ones([pattern.shape[1], 1]))
}

function unitRows(items: tf.Tensor2D): tf.Tensor2D {
  return tf.div(items, tf.sqrt(tf.add(tf.sum(tf.square(items), 1, true), tiny)))
}

/** `items` has rows of length 1. */
async function exportWeights(
  { items }: Weights,
  _data: CsrMatrix,
  { positiveThreshold }: ElsaHyperparameters,
): Promise<Weights> {
  const { shape, values } = items!
  const normalized = tf.tidy(() => unitRows(tf.tensor2d(values, shape as [number, number])))
  return {
    items: { shape, values: (await read(normalized)) as Float32Array },
    positiveThreshold: scalarWeight(positiveThreshold),
  }
}

/** `score` is x A Aᵀ: without subtracting x, by which only the scores of the positives of a history are higher by 1. */
function open(weights: Weights): LatentModel & ItemSpace & ContributionModel {
  const threshold = requireScalar(weights, 'positiveThreshold')
  const A = uploadWeights(weights, ['items']).items as tf.Tensor2D
  const [itemCount, latentSize] = A.shape
  const space = itemSpaceOf(A, 'rows')
  const embed = (histories: CsrMatrix) => {
    requireColumns(histories, itemCount)
    const x = uploadSparse(positivesAndDislikes(histories, threshold))
    const embeddings = read(sparseDenseMatMul(x, A))
    disposeSparse(x)
    return embeddings
  }
  return {
    itemCount,
    latentSize,
    embed,
    decode: space.itemProducts,
    score: async (histories) => space.itemProducts(await embed(histories)),
    async contributions(history, item) {
      requireColumns(history, itemCount)
      const [target, factors] = await Promise.all([
        space.itemVectors(Int32Array.of(item)),
        space.itemVectors(history.indices),
      ])
      return signs(history, threshold).map((sign, n) => sign * dot(factors, n * latentSize, target))
    },
    ...space,
    dispose: () => A.dispose(),
  }
}

/** The code x A, decoded by Aᵀ. */
function feedForward(weights: Weights): FeedForward {
  const A = requireWeight(weights, 'items')
  return {
    positiveThreshold: requireScalar(weights, 'positiveThreshold'),
    input: 'signed',
    encoder: [{ weight: A, activation: 'identity' }],
    decoder: [{ weight: A, isTransposed: true, activation: 'identity' }],
  }
}

function dot(factors: Float32Array, start: number, vector: Float32Array): number {
  let sum = 0
  for (let n = 0; n < vector.length; n++) sum += factors[start + n]! * vector[n]!
  return sum
}
