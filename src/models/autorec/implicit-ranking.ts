// Rankings by AutoRec. Predicted ratings are no ranking: ratings are missing not at random, and most of the items with the
// highest predicted ratings would never be chosen (Marlin and Zemel 2009; Steck 2010). The encoder has learned more: which
// items are rated alike. So users are fitted to their positives in the space of the encoder, as the users of iALS are
// (Hu, Koren and Volinsky 2008).
import * as tf from '@tensorflow/tfjs'
import { conjugateGradientWithin } from '../../compute/conjugate-gradient.ts'
import { holdFactor } from '../../compute/hold-factor.ts'
import { read } from '../../compute/read.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { disposeSparse, uploadSparse, withValues } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { positives, signs } from '../../interactions/positives.ts'
import { itemSpaceOf } from '../item-space.ts'
import { type ContributionModel, type ItemSpace, type LatentModel, requireColumns } from '../scorer.ts'
import type { Weight } from '../weights.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { rankingContributions } from './ranking-contributions.ts'
import { whiteningOf } from './whitening.ts'

type RankingHyperparameters = Pick<AutoRecHyperparameters, 'unobservedWeight' | 'rankingRegularization'>

/** The combinations of α₀ and λ of which training chooses one on the validation users. */
export const rankingChoices = choicesOf([0.1, 0.3, 1, 3])

/** The combinations of the same α₀ with each λ. */
export function choicesOf(regularizations: readonly number[]): readonly RankingHyperparameters[] {
  return [0.1, 0.3, 1].flatMap((unobservedWeight) =>
    regularizations.map((rankingRegularization) => ({ unobservedWeight, rankingRegularization })),
  )
}

/** For a version without a choice: one trained without validation, or before there was one. */
const defaultUnobservedWeight = 0.3
const defaultRankingRegularization = 1

/**
 * The embedding of a user is the u with min Σ_i∈S (1 − u·c_i)² + α₀ (Σ_i (u·c_i)² + λ s ‖u‖²) over the positives S, and
 * u·c_i the score of an item. c_i is the vector of the item minus the mean of all, followed by a 1, and s the mean over the
 * dimensions of Σ_i c², so that λ means the same for vectors of any length.
 *
 * The vectors are transformed once such that the terms in α₀ become ‖u‖². A user's system then has a condition number of
 * at most 1 + 1/α₀, and conjugate gradients solve it in a few steps.
 *
 * @param vectors items × k
 * @param positiveThreshold interactions of at least this value are positive
 */
export function openImplicitRanking(
  { shape, values }: Weight,
  positiveThreshold: number,
  { unobservedWeight, rankingRegularization }: RankingHyperparameters,
): LatentModel & ItemSpace & ContributionModel {
  const [itemCount, size] = shape as [number, number]
  const latentSize = size + 1
  let opening: Promise<Space> | undefined
  let opened: Space | undefined
  const space = () => {
    opening ??= openSpace(
      tf.tensor2d(values, [itemCount, size]),
      unobservedWeight ?? defaultUnobservedWeight,
      rankingRegularization ?? defaultRankingRegularization,
    ).then((space) => {
      opened = space
      return space
    })
    return opening
  }

  async function embed(histories: CsrMatrix): Promise<Float32Array> {
    requireColumns(histories, itemCount)
    const { items } = await space()
    return fitUsers(items, positives(histories, positiveThreshold))
  }

  async function decode(embeddings: Float32Array): Promise<Float32Array> {
    const { items } = await space()
    return read(
      tf.tidy(() =>
        tf.matMul(tf.tensor2d(embeddings, [embeddings.length / latentSize, latentSize]), items, false, true),
      ),
    )
  }

  /** Of positives only: other interactions do not enter the ranking. */
  async function contributions(history: CsrMatrix, item: number): Promise<Float32Array> {
    requireColumns(history, itemCount)
    const { items } = await space()
    const { indices } = positives(history, positiveThreshold)
    if (indices.length === 0) return new Float32Array(history.indices.length)
    const rowsOf = (numbers: Int32Array) => tf.gather(items, numbers)
    const [vectors, vector] = [rowsOf(indices), rowsOf(Int32Array.of(item))]
    const ofPositives = (await rankingContributions(vectors, vector)).values()
    tf.dispose([vectors, vector])
    return signs(history, positiveThreshold).map((sign) => (sign > 0 ? ofPositives.next().value! : 0))
  }

  return {
    itemCount,
    latentSize,
    embed,
    contributions,
    decode,
    score: async (histories) => decode(await embed(histories)),
    itemVectorSize: size,
    itemVectors: async (items) => (await space()).itemVectors(items),
    itemProducts: async (vectors) => (await space()).itemProducts(vectors),
    dispose: () => opened?.dispose(),
  }
}

interface Space extends ItemSpace {
  /** items × (k + 1), transformed */
  readonly items: tf.Tensor2D
  dispose(): void
}

async function openSpace(vectors: tf.Tensor2D, unobserved: number, regularization: number): Promise<Space> {
  const [itemCount, size] = vectors.shape
  const centered = tf.tidy(() => tf.sub<tf.Tensor2D>(vectors, tf.mean(vectors, 0)))
  vectors.dispose()
  const gram = await read(tf.tidy(() => tf.matMul(centered, centered, true)))
  let trace = 0
  for (let n = 0; n < size; n++) trace += gram[n * size + n]!
  // without a lower bound the vectors of a model that has learned nothing, which are equal, would have no inverse
  const penalty = Math.max((regularization * trace) / size, minPenalty)
  const whitening = whiteningOf(gram, size, { scale: unobserved, penalty })
  // the mean is subtracted, so that the column of ones is orthogonal to the others
  const constant = 1 / Math.sqrt(unobserved * (itemCount + penalty))
  const items = tf.tidy(() =>
    tf.concat2d(
      [
        tf.matMul<tf.Tensor2D>(centered, tf.tensor2d(whitening, [size, size])),
        tf.fill<tf.Rank.R2>([itemCount, 1], constant),
      ],
      1,
    ),
  )
  centered.dispose()
  const release = holdFactor(items)
  return {
    items,
    ...itemSpaceOf(items, 'rows', size),
    dispose: () => {
      release()
      items.dispose()
    },
  }
}

const minPenalty = 1e-6

/** (I + Σ_i∈S d_i d_iᵀ) u = Σ_i∈S d_i for the positives S of each user: users × (k + 1), 0 for a user without positives. */
async function fitUsers(items: tf.Tensor2D, x: CsrMatrix): Promise<Float32Array> {
  const pattern = uploadSparse(x)
  const right = sparseDenseMatMul(pattern, items)
  const multiply = (u: tf.Tensor2D) =>
    tf.tidy(() =>
      tf.add<tf.Tensor2D>(u, sparseDenseMatMul(withValues(pattern, sampledMatMul(u, items, pattern)), items)),
    )
  const users = await read(await conjugateGradientWithin(multiply, right, tolerance, maxSteps))
  right.dispose()
  disposeSparse(pattern)
  return users
}

const tolerance = 1e-6
const maxSteps = 100
