// iALS: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008, with the objective
// of Rendle, Krichene, Zhang and Koren, "Revisiting the performance of iALS on item recommendation benchmarks", RecSys 2022.
import { setImmediate } from 'node:timers/promises'
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
import { positives, signs } from '../interactions/positives.ts'
import { defineModel } from './define-model.ts'
import { positiveThreshold, searchRanges } from './hyperparameters.ts'
import { itemSpaceOf } from './item-space.ts'
import type { SolveContext } from './model.ts'
import { ridgeContributions } from './ridge-contributions.ts'
import { type ContributionModel, type ItemSpace, type LatentModel, requireColumns } from './scorer.ts'
import { uploadWeights } from './upload-weights.ts'
import { requireScalar, scalarWeight, type Weights } from './weights.ts'

const defaultUnobservedWeight = 0.1

const hyperparameters = z.strictObject({
  positiveThreshold,
  latent: z
    .int()
    .min(1)
    .max(10_000)
    .default(512)
    .register(searchRanges, { from: 32, to: 1024, scale: 'log' }),
  epochs: z.int().min(1).max(1000).default(8).describe('Alternations between users and items'),
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
    .describe('ν: with 0 all rows have the same penalty, with 1 it grows with their number of positives')
    .register(searchRanges, { from: 0, to: 1.5, scale: 'linear' }),
  unobservedWeight: z
    .number()
    .min(0)
    .max(1)
    .default(defaultUnobservedWeight)
    .describe('α₀')
    .register(searchRanges, { from: 3e-3, to: 1, scale: 'log' }),
  initialDeviation: z
    .number()
    .positive()
    .default(0.1)
    .describe('Standard deviation of the initial item factors, times √latent'),
  solverSteps: z.int().min(1).max(1000).default(3).describe('Conjugate gradient steps per ridge regression'),
})

type IalsHyperparameters = z.infer<typeof hyperparameters>

/**
 * The default λ for the size of the data and the α₀ in force. λ (1 + α₀ / density) is the penalty of the mean user relative to the user's number
 * of positives: at 1 only the factor of popularity survives, and far below the singular values of random data every factor
 * does; a fixed λ comes close to the former on sparse data. Random data have singular values of up to 1/√(positives of a
 * user) + 1/√(positives of an item), for the matrix divided by the roots of both numbers. The constants 3.3 and 2.5 fit the
 * best λ of the validation users of MovieLens 1M, 0.011, and of a random quarter of its positives, 0.019. They give 0.0012
 * for MovieLens 20M and, with the authors' α₀, 0.0025 for the Million Song Dataset, where Rendle et al. found 0.003 and 0.002.
 */
function regularizationFor({ rows, columns, values }: CsrMatrix, unobservedWeight: number): number {
  const chance = Math.sqrt(rows / values.length) + Math.sqrt(columns / values.length)
  const density = values.length / (rows * columns)
  return Math.min(0.5, 3.3 * chance ** 2.5) / (1 + unobservedWeight / density)
}

/**
 * Factors W (users × latent) and H (items × latent) with min Σ_S (w_u·h_i − 1)² + α₀ Σ_ui (w_u·h_i)² + λ Σ_u (|S_u| + α₀ |I|)^ν ‖w_u‖²
 * + λ Σ_i (|S_i| + α₀ |U|)^ν ‖h_i‖² over the positive pairs S, by alternating ridge regressions of users and items. `embed`
 * solves for the w of a user, known or not.
 */
export const ials = defineModel({
  kind: 'direct',
  name: 'ials',
  hyperparameters,
  mainHyperparameters: ['regularization', 'unobservedWeight', 'regularizationExponent', 'latent'],
  defaults: (data: CsrMatrix, { unobservedWeight }) => ({
    regularization: regularizationFor(
      data,
      typeof unobservedWeight === 'number' ? unobservedWeight : defaultUnobservedWeight,
    ),
  }),
  solve,
  open,
})

async function solve(
  data: CsrMatrix,
  hyperparameters: IalsHyperparameters,
  { random, signal, onProgress }: SolveContext,
): Promise<Weights> {
  const { latent, epochs, initialDeviation, positiveThreshold, solverSteps } = hyperparameters
  const byUser = positives(data, positiveThreshold)
  const byItem = transpose(byUser)
  const std = initialDeviation / Math.sqrt(latent)
  let users = new Float32Array(data.rows * latent)
  let items = Float32Array.from({ length: data.columns * latent }, () => std * random.normal())
  for (let epoch = 0; epoch < epochs; epoch++) {
    users = await solveRows(byUser, items, users, hyperparameters, solverSteps)
    items = await solveRows(byItem, users, items, hyperparameters, solverSteps)
    onProgress?.((epoch + 1) / epochs)
    await setImmediate() // a signal arrives between two epochs
    signal?.throwIfAborted()
  }
  return {
    items: { shape: [data.columns, latent], values: items },
    positiveThreshold: scalarWeight(positiveThreshold),
  }
}

function open(
  weights: Weights,
  hyperparameters: IalsHyperparameters,
): LatentModel & ItemSpace & ContributionModel {
  const threshold = requireScalar(weights, 'positiveThreshold')
  const uploaded = uploadWeights(weights, ['items'])
  const items = uploaded.items as tf.Tensor2D
  const gram = tf.matMul<tf.Tensor2D>(items, items, true)
  const [itemCount, latentSize] = items.shape
  const space = itemSpaceOf(items, 'rows')
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
  /** Of positives only: other interactions do not enter the score. */
  async function contributions(history: CsrMatrix, item: number): Promise<Float32Array> {
    requireColumns(history, itemCount)
    const { indices } = positives(history, threshold)
    const count = indices.length
    if (count === 0) return new Float32Array(history.indices.length)
    const regression = tf.tidy(() => ({
      factors: tf.gather(items, indices),
      item: tf.gather(items, Int32Array.of(item)),
      gram: tf.mul<tf.Tensor2D>(gram, hyperparameters.unobservedWeight),
    }))
    const ofPositives = await ridgeContributions({
      ...regression,
      ridge: ridgeOf(count, itemCount, hyperparameters),
      // without the only positive the score is 0, whatever λ is
      ridgeWithout: ridgeOf(Math.max(count - 1, 1), itemCount, hyperparameters),
    })
    tf.dispose(Object.values(regression))
    const values = ofPositives.values()
    return signs(history, threshold).map((sign) => (sign > 0 ? values.next().value! : 0))
  }
  return {
    itemCount,
    latentSize,
    embed,
    contributions,
    decode,
    score: async (histories) => decode(await embed(histories)),
    ...space,
    dispose: () => tf.dispose([items, gram]),
  }
}

/** From zero, these converge to 32-bit precision. */
const foldInSteps = 20
/** Rows on the device at once. */
const batchSize = 4096

/** The ridge regression of each row of `x` on the factors of its columns: rows × latent. */
async function solveRows(
  x: CsrMatrix,
  factors: Float32Array,
  start: Float32Array,
  hyperparameters: IalsHyperparameters,
  steps: number,
): Promise<Float32Array<ArrayBuffer>> {
  const { latent } = hyperparameters
  const solution = new Float32Array(x.rows * latent)
  const fixed = tf.tensor2d(factors, [x.columns, latent])
  const gram = tf.matMul<tf.Tensor2D>(fixed, fixed, true)
  for (let row = 0; row < x.rows; row += batchSize) {
    const end = Math.min(row + batchSize, x.rows)
    const batch = sliceRows(x, row, end)
    const from = start.subarray(row * latent, end * latent)
    solution.set(await read(solveBatch(batch, fixed, gram, from, hyperparameters, steps)), row * latent)
  }
  tf.dispose([fixed, gram])
  return solution
}

/** (Σ_{i ∈ S_u} h_i h_iᵀ + α₀ HᵀH + λ_u I) w_u = Σ_{i ∈ S_u} h_i for each row u of `x`. */
function solveBatch(
  x: CsrMatrix,
  factors: tf.Tensor2D,
  gram: tf.Tensor2D,
  start: Float32Array,
  hyperparameters: IalsHyperparameters,
  steps: number,
): tf.Tensor2D {
  const { unobservedWeight } = hyperparameters
  const ridge = Float32Array.from({ length: x.rows }, (_, row) =>
    ridgeOf(rowLength(x, row), x.columns, hyperparameters),
  )
  const pattern = uploadSparse(x)
  const solution = tf.tidy(() => {
    const ridgeColumn = tf.tensor2d(ridge, [x.rows, 1])
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
    const from = tf.tensor2d(start, [x.rows, factors.shape[1]])
    return conjugateGradient(multiply, sparseDenseMatMul(pattern, factors), from, steps)
  })
  disposeSparse(pattern)
  return solution
}

/** λ of a row with so many positives among `columns`. */
function ridgeOf(
  positives: number,
  columns: number,
  { unobservedWeight, regularization, regularizationExponent }: IalsHyperparameters,
): number {
  return regularization * (positives + unobservedWeight * columns) ** regularizationExponent
}
