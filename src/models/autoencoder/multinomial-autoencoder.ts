// What Mult-VAE, Mult-DAE and RecVAE share once they are learned.
import * as tf from '@tensorflow/tfjs'
import { holdFactor } from '../../compute/hold-factor.ts'
import { type Found, openInnerProductSearch, type Search } from '../../compute/inner-product-search.ts'
import { read } from '../../compute/read.ts'
import { disposeSparse, type SparseTensor, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { itemSpaceOf } from '../item-space.ts'
import type { Normal } from '../normal.ts'
import { normalizeRows } from '../normalize-rows.ts'
import { positives, positiveThresholdOf } from '../positives.ts'
import { requireColumns } from '../require-columns.ts'
import type { ItemSpace, LatentModel, PosteriorModel, TopKModel } from '../scorer.ts'
import { uploadWeights } from '../upload-weights.ts'
import { requireScalar, scalarWeight, type Weights } from '../weights.ts'
import { moveAway } from './dislikes.ts'

export type Tensors = Readonly<Record<string, tf.Tensor>>

/** The code, and the distribution whose mean it is where there is one. */
export interface Encoded {
  readonly code: tf.Tensor2D
  readonly posterior?: Normal
}

export interface Autoencoder {
  /**
   * All weights that `encode` and `decode` ask for: that of the first layer (items × hidden) first, and last that of
   * the decoder's last (hidden × items) and its bias.
   */
  readonly weightNames: readonly string[]
  readonly latentSize: number
  /** Whether the code is the mean of a distribution. */
  readonly hasPosterior: boolean
  /** users × items, the likes of a user of Euclidean length 1, to users × latent. */
  encode(weights: Tensors, likes: SparseTensor): Encoded
  /** users × latent to users × hidden, which the decoder's last layer takes. */
  decodeHidden(weights: Tensors, z: tf.Tensor2D): tf.Tensor2D
}

/** The learned weights, and from which value on an interaction was a like to them. */
export async function exportAutoencoder(
  learned: Weights,
  data: CsrMatrix,
  { positiveThreshold }: { readonly positiveThreshold: number },
): Promise<Weights> {
  return { ...learned, positiveThreshold: scalarWeight(positiveThresholdOf(data, positiveThreshold)) }
}

/**
 * The autoencoder as served. An interaction of at least the weight `positiveThreshold` is a like, one below zero a
 * dislike: see `moveAway`.
 *
 * @throws RangeError when a weight is missing, naming it.
 */
export function openAutoencoder(
  weights: Weights,
  autoencoder: Autoencoder,
): LatentModel & ItemSpace & Partial<PosteriorModel & TopKModel> {
  const { weightNames, latentSize, hasPosterior } = autoencoder
  const threshold = requireScalar(weights, 'positiveThreshold')
  const tensors = uploadWeights(weights, weightNames)
  const itemCount = tensors[weightNames[0]!]!.shape[0]!
  const [W, bias] = [tensors[weightNames.at(-2)!] as tf.Tensor2D, tensors[weightNames.at(-1)!] as tf.Tensor1D]
  const search = openInnerProductSearch(W, bias)
  // A search keeps the decoder in its own way, and leaves too little to be decoded for another copy.
  const release = search ? () => {} : holdFactor(W)

  async function encode(liked: CsrMatrix): Promise<Moments> {
    const likes = uploadSparse(normalizeRows(liked))
    const [code, std] = tf.tidy(() => {
      const { code, posterior } = autoencoder.encode(tensors, likes)
      return posterior ? [code, tf.exp(tf.mul(posterior.logVariance, 0.5))] : [code]
    })
    disposeSparse(likes)
    const [mean, spread] = await Promise.all([read(code!), std && read(std)])
    return { mean, std: spread ?? new Float32Array(0) }
  }

  async function posterior(histories: CsrMatrix): Promise<Moments> {
    requireColumns(histories, itemCount)
    const moments = await encode(positives(histories, threshold))
    await moveAway(moments.mean, histories, async (disliked) => (await encode(disliked)).mean)
    return moments
  }

  async function embed(histories: CsrMatrix): Promise<Float32Array> {
    return (await posterior(histories)).mean
  }

  function decodeHidden(embeddings: Float32Array): tf.Tensor2D {
    const z = tf.tensor2d(embeddings, [embeddings.length / latentSize, latentSize])
    return autoencoder.decodeHidden(tensors, z)
  }

  async function decode(embeddings: Float32Array): Promise<Float32Array> {
    return read(tf.tidy(() => tf.fused.matMul({ a: decodeHidden(embeddings), b: W, bias })))
  }

  async function best(embeddings: Float32Array, searches: readonly Search[]): Promise<Found[]> {
    const hidden = tf.tidy(() => decodeHidden(embeddings))
    try {
      return search!.find(hidden, searches)
    } finally {
      hidden.dispose()
    }
  }

  return {
    itemCount,
    latentSize,
    embed,
    ...(hasPosterior && { posterior }),
    decode,
    ...(search && { topK: best }),
    score: async (histories) => decode(await embed(histories)),
    ...itemSpaceOf(W, 'columns'),
    dispose: () => {
      release()
      search?.dispose()
      tf.dispose(tensors)
    },
  }
}

interface Moments {
  readonly mean: Float32Array
  readonly std: Float32Array
}
