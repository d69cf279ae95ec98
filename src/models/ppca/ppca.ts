// Probabilistic PCA: Tipping and Bishop, "Probabilistic principal component analysis", JRSS B 61 (1999).
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { read } from '../../compute/read.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
import { type CsrMatrix, rowIndices } from '../../interactions/csr/csr-matrix.ts'
import { positives, signs } from '../../interactions/positives.ts'
import { defineModel } from '../define-model.ts'
import { positiveThreshold, searchRanges } from '../hyperparameters.ts'
import type { SolveContext } from '../model.ts'
import { type ContributionModel, type DensityModel, requireColumns } from '../scorer.ts'
import { uploadWeights } from '../upload-weights.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from '../weights.ts'
import { covarianceOf } from './covariance.ts'
import { principalComponents } from './principal-components.ts'

const hyperparameters = z.strictObject({
  positiveThreshold,
  latent: z
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe('q, smaller than the number of items')
    .register(searchRanges, { from: 10, to: 400, scale: 'log' }),
})

type PpcaHyperparameters = z.infer<typeof hyperparameters>

/**
 * x ~ N(W z + μ, σ² I) with z ~ N(0, I), at the maximum of the likelihood of all users' positives (equations 7 and 8):
 * W = U_q (Λ_q − σ² I)^½ of the leading eigenpairs of the covariance, σ² the mean of the other d − q eigenvalues. The
 * optimum of a linear VAE with Gaussian output (Lucas, Tucker, Grosse and Norouzi 2019). `embed` returns the mean
 * M⁻¹Wᵀ(x − μ) of p(z | x), M = WᵀW + σ² I; `decode` W z + μ.
 */
export const ppca = defineModel({
  kind: 'direct',
  name: 'ppca',
  hyperparameters,
  mainHyperparameters: ['latent'],
  solve,
  open,
})

async function solve(
  data: CsrMatrix,
  { positiveThreshold, latent }: PpcaHyperparameters,
  context: SolveContext,
): Promise<Weights> {
  const covariance = covarianceOf(positives(data, positiveThreshold))
  const [d, q] = [covariance.size, Math.max(1, Math.min(latent, covariance.size - 1))]
  const { eigenvalues, eigenvectors } = await principalComponents(covariance, q, context)
  const explained = eigenvalues.reduce((sum, value) => sum + value, 0)
  const variance = Math.max((covariance.trace - explained) / Math.max(d - q, 1), minVariance)
  const lengths = eigenvalues.map((value) => Math.sqrt(Math.max(value - variance, 0)))
  return {
    W: { shape: [d, q], values: Float32Array.from(eigenvectors, (value, n) => value * lengths[n % q]!) },
    mu: { shape: [d], values: Float32Array.from(covariance.mean) },
    variance: scalarWeight(variance),
    positiveThreshold: scalarWeight(positiveThreshold),
  }
}

/** If all users have the same positives, there is no variance to explain. */
const minVariance = 1e-9

function open(weights: Weights): DensityModel & ContributionModel {
  const threshold = requireScalar(weights, 'positiveThreshold')
  const variance = requireScalar(weights, 'variance')
  const mean = requireWeight(weights, 'mu').values
  const { W, mu } = uploadWeights(weights, ['W', 'mu']) as { W: tf.Tensor2D; mu: tf.Tensor1D }
  const [itemCount, latentSize] = W.shape
  // the columns of W are orthogonal, so M is diagonal
  const M = tf.tidy(() => tf.add<tf.Tensor1D>(tf.sum(tf.square(W), 0), variance))
  const meanImage = tf.tidy(() => tf.matMul<tf.Tensor2D>(tf.reshape(mu, [1, itemCount]), W)) // 1 × latent

  async function embed(histories: CsrMatrix): Promise<Float32Array> {
    requireColumns(histories, itemCount)
    const x = uploadSparse(positives(histories, threshold))
    const z = tf.tidy(() => tf.div(tf.sub(sparseDenseMatMul(x, W), meanImage), M))
    disposeSparse(x)
    return read(z)
  }

  async function decode(embeddings: Float32Array): Promise<Float32Array> {
    return read(
      tf.tidy(() => {
        const z = tf.tensor2d(embeddings, [embeddings.length / latentSize, latentSize])
        return tf.add(tf.matMul(z, W, false, true), mu)
      }),
    )
  }

  return {
    itemCount,
    latentSize,
    embed,
    decode,
    score: async (histories) => decode(await embed(histories)),
    /** Of positives only: W_i M⁻¹ W_jᵀ of a positive j to the score of i. */
    async contributions(history, item) {
      requireColumns(history, itemCount)
      const products = await read(
        tf.tidy(() => {
          const scaled = tf.div(tf.slice(W, [item, 0], [1, latentSize]), M)
          return tf.matMul(tf.gather(W, history.indices), scaled, false, true)
        }),
      )
      return signs(history, threshold).map((sign, n) => (sign > 0 ? products[n]! : 0))
    },
    async logLikelihood(histories) {
      const density = { mean, variance, diagonal: await M.data<'float32'>() }
      return logDensity(positives(histories, threshold), await embed(histories), density)
    },
    dispose: () => tf.dispose([W, mu, M, meanImage]),
  }
}

/** N(μ, WWᵀ + σ² I), with the diagonal of M = WᵀW + σ² I. */
interface Density {
  readonly mean: Float32Array
  readonly variance: number
  readonly diagonal: Float32Array
}

/** −½ (d log 2π + log |C| + (x − μ)ᵀC⁻¹(x − μ)), C = WWᵀ + σ² I, by the determinant lemma and Woodbury's identity. */
function logDensity(
  x: CsrMatrix,
  embeddings: Float32Array,
  { mean, variance, diagonal }: Density,
): Float64Array {
  const latentSize = diagonal.length
  const logDeterminant =
    (x.columns - latentSize) * Math.log(variance) + diagonal.reduce((sum, value) => sum + Math.log(value), 0)
  const meanSquare = mean.reduce((sum, value) => sum + value * value, 0)
  return Float64Array.from({ length: x.rows }, (_, user) => {
    let distance = meanSquare
    for (const item of rowIndices(x, user)) distance += 1 - 2 * mean[item]!
    for (let k = 0; k < latentSize; k++) distance -= diagonal[k]! * embeddings[user * latentSize + k]! ** 2
    return -(x.columns * Math.log(2 * Math.PI) + logDeterminant + distance / variance) / 2
  })
}
