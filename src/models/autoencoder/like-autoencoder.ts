// What Mult-VAE, Mult-DAE and RecVAE share once they are learned.
import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { disposeSparse, type SparseTensor, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr-matrix.ts'
import { normalizeRows } from '../normalize-rows.ts'
import { positives, positiveThreshold } from '../positives.ts'
import { requireColumns } from '../require-columns.ts'
import type { LatentModel } from '../scorer.ts'
import { uploadWeights } from '../upload-weights.ts'
import { requireScalar, scalarWeight, type Weights } from '../weights.ts'

export type Tensors = Readonly<Record<string, tf.Tensor>>

export interface Autoencoder {
  /** All weights that `encode` and `decode` ask for, that of the first layer (items × hidden) first. */
  readonly weightNames: readonly string[]
  readonly latentSize: number
  /** users × items, the likes of a user of Euclidean length 1, to users × latent. */
  encode(weights: Tensors, likes: SparseTensor): tf.Tensor2D
  /** users × latent to users × items. */
  decode(weights: Tensors, z: tf.Tensor2D): tf.Tensor2D
}

/** The learned weights, and from which value on an interaction was a like to them. */
export async function freezeAutoencoder(
  learned: Weights,
  data: CsrMatrix,
  { positiveFrom }: { readonly positiveFrom: number },
): Promise<Weights> {
  return { ...learned, positiveThreshold: scalarWeight(positiveThreshold(data, positiveFrom)) }
}

/**
 * The autoencoder as served; an interaction of at least the weight `positiveThreshold` is a like.
 *
 * @throws RangeError when a weight is missing, naming it.
 */
export function openAutoencoder(weights: Weights, autoencoder: Autoencoder): LatentModel {
  const { weightNames, latentSize } = autoencoder
  const threshold = requireScalar(weights, 'positiveThreshold')
  const tensors = uploadWeights(weights, weightNames)
  const itemCount = tensors[weightNames[0]!]!.shape[0]!

  async function embed(histories: CsrMatrix): Promise<Float32Array> {
    requireColumns(histories, itemCount)
    const likes = uploadSparse(normalizeRows(positives(histories, threshold)))
    const z = tf.tidy(() => autoencoder.encode(tensors, likes))
    disposeSparse(likes)
    return read(z)
  }

  async function decode(embeddings: Float32Array): Promise<Float32Array> {
    const users = embeddings.length / latentSize
    return read(tf.tidy(() => autoencoder.decode(tensors, tf.tensor2d(embeddings, [users, latentSize]))))
  }

  return {
    itemCount,
    latentSize,
    embed,
    decode,
    score: async (histories) => decode(await embed(histories)),
    dispose: () => tf.dispose(tensors),
  }
}
