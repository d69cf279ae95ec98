// iALS: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008, with the objective
// of Rendle, Krichene, Zhang and Koren, "Revisiting the performance of iALS on item recommendation benchmarks", RecSys 2022.
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { conjugateGradient } from '../compute/conjugate-gradient.ts'
import { read } from '../compute/read.ts'
import { sampledMatMul } from '../compute/sampled-mat-mul.ts'
import { sparseDenseMatMul } from '../compute/sparse-dense-mat-mul.ts'
import { disposeSparse, uploadSparse, withValues } from '../compute/sparse-tensor.ts'
import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { sliceRows } from '../interactions/csr/select.ts'
import { transpose } from '../interactions/csr/transpose.ts'
import { positives, positiveThresholdOf } from '../interactions/positives.ts'
import type { Random } from '../random/random.ts'
import { defineModel } from './define-model.ts'
import { positiveThreshold, searchRanges } from './hyperparameters.ts'
import { itemSpaceOf } from './item-space.ts'
import { requireColumns } from './require-columns.ts'
import type { ItemSpace, LatentModel } from './scorer.ts'
import { uploadWeights } from './upload-weights.ts'
import { requireScalar, scalarWeight, type Weights } from './weights.ts'

const hyperparameters = z.strictObject({
  positiveThreshold,
  latent: z
    .int()
    .min(1)
    .max(10_000)
    .default(512)
    .register(searchRanges, { from: 32, to: 1024, scale: 'log' }),
  epochs: z.int().min(1).max(1000).default(8).describe('Solutions of all users and all items'),
  regularization: z
    .number()
    .positive()
    .default(0.01)
    .describe('λ')
    .register(searchRanges, { from: 1e-4, to: 1, scale: 'log' }),
  regularizationExponent: z
    .number()
    .min(0)
    .max(2)
    .default(1)
    .describe('ν: 0 regularizes all alike, 1 in proportion to what is known of them')
    .register(searchRanges, { from: 0, to: 1.5, scale: 'linear' }),
  unobservedWeight: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('α₀')
    .register(searchRanges, { from: 3e-3, to: 1, scale: 'log' }),
  initialDeviation: z.number().positive().default(0.1).describe('Of an item at the start, over √latent'),
  solverSteps: z.int().min(1).max(1000).default(3).describe('Conjugate gradient steps of each solution'),
})

type IalsHyperparameters = z.infer<typeof hyperparameters>

/**
 * λ for data of this size. λ (1 + α₀ / density) is the penalty of the mean user over the number of items liked: at 1 no
 * factor but popularity is left, and far below what chance gives every factor stays, which a fixed λ reaches where likes
 * are few. Chance gives singular values up to 1/√(likes of a user) + 1/√(likes of an item) (of the matrix that is
 * divided by the roots of both numbers); 3.3 and 2.5 are from the validation users of MovieLens 1M and of a random
 * quarter of its likes, λ 0.011 and 0.019. It gives 0.0012 for MovieLens 20M and, with their α₀, 0.0025 for the Million
 * Song Dataset, where Rendle et al. found 0.003 and 0.002.
 */
function regularizationFor({ rows, columns, values }: CsrMatrix): number {
  const chance = Math.sqrt(rows / values.length) + Math.sqrt(columns / values.length)
  const density = values.length / (rows * columns)
  return Math.min(0.5, 3.3 * chance ** 2.5) / (1 + 0.1 / density)
}

/**
 * Factors W (users × latent) and H (items × latent) with min Σ_S (w_u·h_i − 1)² + α₀ Σ_ui (w_u·h_i)² + λ Σ_u (|S_u| + α₀ |I|)^ν ‖w_u‖²
 * + λ Σ_i (|S_i| + α₀ |U|)^ν ‖h_i‖² over the liked pairs S: users and items in turn, each the other's ridge regression.
 * `embed` gives the user's w, whether the user was trained on or not.
 */
export const ials = defineModel({
  kind: 'direct',
  name: 'ials',
  hyperparameters,
  defaults: (data: CsrMatrix) => ({ regularization: regularizationFor(data) }),
  solve,
  open,
})

async function solve(
  data: CsrMatrix,
  hyperparameters: IalsHyperparameters,
  random: Random,
): Promise<Weights> {
  const { latent, epochs, initialDeviation, positiveThreshold, solverSteps } = hyperparameters
  const threshold = positiveThresholdOf(data, positiveThreshold)
  const byUser = positives(data, threshold)
  const byItem = transpose(byUser)
  const deviation = initialDeviation / Math.sqrt(latent)
  let users = new Float32Array(data.rows * latent)
  let items = Float32Array.from({ length: data.columns * latent }, () => deviation * random.normal())
  for (let epoch = 0; epoch < epochs; epoch++) {
    users = await solveRows(byUser, items, users, hyperparameters, solverSteps)
    items = await solveRows(byItem, users, items, hyperparameters, solverSteps)
  }
  return {
    items: { shape: [data.columns, latent], values: items },
    positiveThreshold: scalarWeight(threshold),
  }
}

function open(weights: Weights, hyperparameters: IalsHyperparameters): LatentModel & ItemSpace {
  const threshold = requireScalar(weights, 'positiveThreshold')
  const uploaded = uploadWeights(weights, ['items'])
  const items = uploaded.items as tf.Tensor2D
  const gram = tf.matMul<tf.Tensor2D>(items, items, true)
  const [itemCount, latentSize] = items.shape
  const embed = async (histories: CsrMatrix) => {
    requireColumns(histories, itemCount)
    const zeros = new Float32Array(histories.rows * latentSize)
    return read(solveBatch(positives(histories, threshold), items, gram, zeros, hyperparameters, foldInSteps))
  }
  const decode = (embeddings: Float32Array) =>
    read(
      tf.tidy(() =>
        tf.matMul(tf.tensor2d(embeddings, [embeddings.length / latentSize, latentSize]), items, false, true),
      ),
    )
  return {
    itemCount,
    latentSize,
    embed,
    decode,
    score: async (histories) => decode(await embed(histories)),
    ...itemSpaceOf(items, 'rows'),
    dispose: () => tf.dispose([items, gram]),
  }
}

/** Enough from nothing to all the digits that matter. */
const foldInSteps = 20
/** At most these rows are on the device at once. */
const batchSize = 4096

/** The ridge regression of each row of `liked` on the factors of its columns: rows × latent. */
async function solveRows(
  liked: CsrMatrix,
  factors: Float32Array,
  start: Float32Array,
  hyperparameters: IalsHyperparameters,
  steps: number,
): Promise<Float32Array<ArrayBuffer>> {
  const { latent } = hyperparameters
  const solution = new Float32Array(liked.rows * latent)
  const fixed = tf.tensor2d(factors, [liked.columns, latent])
  const gram = tf.matMul<tf.Tensor2D>(fixed, fixed, true)
  for (let row = 0; row < liked.rows; row += batchSize) {
    const end = Math.min(row + batchSize, liked.rows)
    const batch = sliceRows(liked, row, end)
    const from = start.subarray(row * latent, end * latent)
    solution.set(await read(solveBatch(batch, fixed, gram, from, hyperparameters, steps)), row * latent)
  }
  tf.dispose([fixed, gram])
  return solution
}

/** (Σ_{i ∈ S_u} h_i h_iᵀ + α₀ HᵀH + λ_u I) w_u = Σ_{i ∈ S_u} h_i for each row u of `liked`. */
function solveBatch(
  liked: CsrMatrix,
  factors: tf.Tensor2D,
  gram: tf.Tensor2D,
  start: Float32Array,
  { unobservedWeight, regularization, regularizationExponent }: IalsHyperparameters,
  steps: number,
): tf.Tensor2D {
  const ridge = Float32Array.from(
    { length: liked.rows },
    (_, row) =>
      regularization * (rowLength(liked, row) + unobservedWeight * liked.columns) ** regularizationExponent,
  )
  const pattern = uploadSparse(liked)
  const solution = tf.tidy(() => {
    const ridgeColumn = tf.tensor2d(ridge, [liked.rows, 1])
    const everywhere = tf.mul(gram, unobservedWeight)
    const multiply = (w: tf.Tensor2D): tf.Tensor2D =>
      tf.tidy(() => {
        const observed = withValues(pattern, sampledMatMul(w, factors, pattern))
        return tf.addN([
          sparseDenseMatMul(observed, factors),
          tf.matMul(w, everywhere),
          tf.mul(ridgeColumn, w),
        ]) as tf.Tensor2D
      })
    const from = tf.tensor2d(start, [liked.rows, factors.shape[1]])
    return conjugateGradient(multiply, sparseDenseMatMul(pattern, factors), from, steps)
  })
  disposeSparse(pattern)
  return solution
}
