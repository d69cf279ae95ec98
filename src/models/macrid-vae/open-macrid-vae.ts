import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { disposeSparse, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { positives } from '../../interactions/positives.ts'
import { moveAwayFromDislikes } from '../autoencoder/dislikes.ts'
import { layerNames } from '../autoencoder/layers.ts'
import type { Tensors } from '../autoencoder/multinomial-autoencoder.ts'
import { itemSpaceOf } from '../item-space.ts'
import { normalizeRows } from '../normalize-rows.ts'
import { type ItemSpace, type MultiInterestModel, requireColumns } from '../scorer.ts'
import { uploadWeights } from '../upload-weights.ts'
import { requireScalar, type Weights } from '../weights.ts'
import {
  decodeInterests,
  encodeInterest,
  type InterestSpace,
  interestsOf,
  unitRows,
  weightsByInterest,
} from './interests.ts'
import type { MacridVaeHyperparameters } from './macrid-vae-hyperparameters.ts'

/**
 * The model as served. An embedding is the codes of all interests one after another, interests · latent numbers.
 *
 * @throws RangeError when a weight is missing, naming it.
 */
export function openMacridVae(
  weights: Weights,
  hyperparameters: MacridVaeHyperparameters,
): MultiInterestModel & ItemSpace {
  const { interests, latent, hidden } = hyperparameters
  const threshold = requireScalar(weights, 'positiveThreshold')
  const tensors = uploadWeights(weights, [...layerNames('encoder', hidden.length + 1), 'items', 'interests'])
  const space = openSpace(tensors, hyperparameters)
  const itemCount = space.items.shape[0]
  const latentSize = interests * latent

  async function encode(x: CsrMatrix): Promise<Float32Array> {
    const input = uploadSparse(normalizeRows(x))
    const codes = tf.tidy(() =>
      tf.concat(
        space.shares.map((shares) => encodeInterest(tensors, input, shares, hyperparameters).mu),
        1,
      ),
    )
    disposeSparse(input)
    return read(codes)
  }

  async function embed(histories: CsrMatrix): Promise<Float32Array> {
    requireColumns(histories, itemCount)
    const embeddings = await encode(positives(histories, threshold))
    await moveAwayFromDislikes(embeddings, histories, encode)
    return embeddings
  }

  /** The codes of each interest, of length 1: a mean of embeddings is shorter. */
  function codesOf(embeddings: Float32Array): tf.Tensor2D[] {
    const all = tf.tensor2d(embeddings, [embeddings.length / latentSize, latentSize])
    return (tf.split(all, interests, 1) as tf.Tensor2D[]).map(unitRows)
  }

  async function decode(embeddings: Float32Array): Promise<Float32Array> {
    return read(tf.tidy(() => decodeInterests(space, codesOf(embeddings))))
  }

  return {
    itemCount,
    latentSize,
    interestCount: interests,
    embed,
    decode,
    score: async (histories) => decode(await embed(histories)),
    interestOfItems: async (embedding) => {
      const best = tf.tidy(() => tf.argMax(tf.concat(weightsByInterest(space, codesOf(embedding)), 0), 0))
      return Int32Array.from(await read(best))
    },
    ...itemSpaceOf(space.items, 'rows'),
    dispose: () => tf.dispose([tensors, space.items, ...space.shares]),
  }
}

function openSpace(tensors: Tensors, hyperparameters: MacridVaeHyperparameters): InterestSpace {
  const [items, ...shares] = tf.tidy(() => {
    const space = interestsOf(tensors, hyperparameters)
    return [space.items, ...space.shares]
  })
  return { items: items!, shares, temperature: hyperparameters.temperature }
}
