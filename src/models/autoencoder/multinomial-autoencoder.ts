// Mult-VAE, Mult-DAE, RecVAE and the generic autoencoder as they are served: positives in, logits of a multinomial out.
import * as tf from '@tensorflow/tfjs'
import { createDeviceRandom, type DeviceRandom } from '../../compute/philox.ts'
import { read } from '../../compute/read.ts'
import { disposeSparse, type SparseTensor, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { positives } from '../../interactions/positives.ts'
import type { PhiloxKey } from '../../random/philox.ts'
import type { Activation } from '../activation.ts'
import { itemSpaceOf } from '../item-space.ts'
import { normalizeRows } from '../normalize-rows.ts'
import { openOutputLayer } from '../output-layer.ts'
import {
  type AdversarialModel,
  type DeviceScorer,
  type Discrimination,
  type ItemSpace,
  type LinearModel,
  type PartialContributionModel,
  type PosteriorModel,
  requireColumns,
  type TopKModel,
} from '../scorer.ts'
import { uploadWeights } from '../upload-weights.ts'
import { requireScalar, scalarWeight, type Weights } from '../weights.ts'
import { autoencoderContributions } from './contributions.ts'
import { discriminate, discriminatorLayers, gradientNorms, type Sample } from './discriminator.ts'
import { hasDislikes, moveAwayFromDislikes } from './dislikes.ts'
import { featureWeight } from './feature-loss.ts'
import { applyFirstLayer, applyHiddenLayers, layerName, layerNames } from './layers.ts'

export type Tensors = Readonly<Record<string, tf.Tensor>>

/** Independent normal distributions N(μ, σ²): users × latent, or 1 × 1 where all are the same. */
export interface Normal {
  readonly mu: tf.Tensor2D
  /** log σ² */
  readonly logVar: tf.Tensor2D
}

/** The code of users, with the variance where it is the mean of a distribution. */
export type Code = Pick<Normal, 'mu'> & Partial<Normal>

export interface Autoencoder {
  /** The names of the weights that `encode` reads. */
  readonly encoderWeights: readonly string[]
  readonly decoderLayers: number
  readonly latent: number
  /** Of the decoder's hidden layers. */
  readonly activation: Activation
  /** Whether the code is the mean of a distribution, so that `encode` also returns `logVar`. */
  readonly hasPosterior: boolean
  /** Of a model that was trained against a discriminator. */
  readonly adversary?: Adversary
  /** The code `mu`, users × latent, from the encoder's first layer before its activation, users × hidden. */
  encode(weights: Tensors, first: tf.Tensor2D): Code
}

/** How the discriminator of a model sees users and draws of the prior. */
export interface Adversary {
  readonly priorComponents: number
  /** The names of its weights besides its layers. */
  readonly weights: readonly string[]
  encoded(weights: Tensors, users: EncodedUsers): Sample
  drawn(weights: Tensors, users: EncodedUsers, random: DeviceRandom): Sample
}

/** Users as a discriminator may see them. */
export interface EncodedUsers {
  /** The code, a draw of its posterior in training: users × latent. */
  readonly z: tf.Tensor2D
  /** The encoder's first layer before its activation. */
  readonly first: tf.Tensor2D
  readonly target: SparseTensor
}

/** The trained weights, and the threshold from which an interaction was positive in training. */
export async function exportAutoencoder(
  learned: Weights,
  _data: CsrMatrix,
  { positiveThreshold }: { readonly positiveThreshold: number },
): Promise<Weights> {
  const { [featureWeight]: _, ...exported } = learned
  return { ...exported, positiveThreshold: scalarWeight(positiveThreshold) }
}

/**
 * The autoencoder as served. `embed` returns the code; `decode` the logits. Interactions of at least the weight
 * `positiveThreshold` are positive, those below zero are dislikes, see `moveAwayFromDislikes`.
 *
 * @throws RangeError when a weight is missing, naming it.
 */
export function openAutoencoder(
  weights: Weights,
  { encoderWeights, decoderLayers, latent, activation, hasPosterior, adversary, encode }: Autoencoder,
): LinearModel &
  DeviceScorer &
  ItemSpace &
  PartialContributionModel &
  Partial<PosteriorModel & TopKModel & AdversarialModel> {
  const threshold = requireScalar(weights, 'positiveThreshold')
  // first, so that the encoder takes the memory of the weights that were transposed
  const output = layerName('decoder', decoderLayers - 1)
  const { vectors, bias } = uploadOutput(weights, output)
  const itemCount = vectors.shape[0]
  const tensors = uploadWeights(weights, [
    ...[...encoderWeights, ...layerNames('decoder', decoderLayers - 1)],
    ...(adversary ? [...layerNames('discriminator', discriminatorLayers), ...adversary.weights] : []),
  ])

  /** What `compute` makes of the code of users × items positives. */
  function withCode<T extends tf.TensorContainer>(x: CsrMatrix, compute: (code: Code) => T): T {
    const input = uploadSparse(normalizeRows(x))
    const result = tf.tidy(() => compute(encode(tensors, applyFirstLayer(tensors, 'encoder', input))))
    disposeSparse(input)
    return result
  }

  async function encodePositives(x: CsrMatrix): Promise<Moments> {
    const [mu, sigma] = withCode(x, ({ mu, logVar }) => (logVar ? [mu, tf.exp(tf.mul(logVar, 0.5))] : [mu]))
    const [mean, std] = await Promise.all([read(mu!), sigma && read(sigma)])
    return { mean, std: std ?? new Float32Array(0) }
  }

  async function posterior(histories: CsrMatrix): Promise<Moments> {
    requireColumns(histories, itemCount)
    const moments = await encodePositives(positives(histories, threshold))
    await moveAwayFromDislikes(moments.mean, histories, async (x) => (await encodePositives(x)).mean)
    return moments
  }

  async function embed(histories: CsrMatrix): Promise<Float32Array> {
    return (await posterior(histories)).mean
  }

  /** users × latent to users × hidden, the input of the decoder's last layer. */
  function decodeHidden(z: tf.Tensor2D): tf.Tensor2D {
    return applyHiddenLayers(tensors, 'decoder', z, activation)
  }

  function toTensor(embeddings: Float32Array): tf.Tensor2D {
    return tf.tensor2d(embeddings, [embeddings.length / latent, latent])
  }

  function scoreOnDevice(histories: CsrMatrix): tf.Tensor2D | undefined {
    requireColumns(histories, itemCount)
    if (hasDislikes(histories)) return undefined
    return withCode(positives(histories, threshold), ({ mu }) => decodeTensor(mu))
  }

  async function discriminateEmbeddings(histories: CsrMatrix, key: PhiloxKey): Promise<Discrimination> {
    const embeddings = await embed(histories)
    const x = positives(histories, threshold)
    const [input, target] = [uploadSparse(normalizeRows(x)), uploadSparse(x)]
    const results = tf.tidy(() => {
      const z = toTensor(embeddings)
      const all = { ...tensors, [output.weight]: tf.transpose(vectors), [output.bias]: bias }
      const users = { z, first: applyFirstLayer(tensors, 'encoder', input), target }
      const encoded = adversary!.encoded(all, users)
      const drawn = adversary!.drawn(all, users, createDeviceRandom(key, tf.tensor1d([0], 'int32')))
      return [discriminate(all, encoded), discriminate(all, drawn), gradientNorms(all, encoded)]
    })
    disposeSparse(input)
    disposeSparse(target)
    const [logits, priorLogits, norms] = await Promise.all(results.map((result) => read(result)))
    return { embeddings, logits: logits!, priorLogits: priorLogits!, gradientNorms: norms! }
  }

  const { decodeTensor, dispose, ...decoder } = openOutputLayer({
    ...{ latentSize: latent, vectors, bias },
    queries: decodeHidden,
  })

  return {
    itemCount,
    latentSize: latent,
    embed,
    ...(hasPosterior && { posterior }),
    ...(adversary && {
      priorComponents: adversary.priorComponents,
      discriminate: discriminateEmbeddings,
    }),
    ...decoder,
    score: async (histories) => decoder.decode(await embed(histories)),
    scoreOnDevice,
    ...itemSpaceOf(vectors, 'rows'),
    ...autoencoderContributions({
      ...{ tensors, positiveThreshold: threshold, decodeHidden, vectors, bias },
      encode: (first) => encode(tensors, first).mu,
    }),
    dispose: () => {
      dispose()
      tf.dispose([tensors, vectors, bias])
    },
  }
}

/** The vectors of the items are the columns of the last layer's weight; as rows they lie together in memory. */
function uploadOutput(
  weights: Weights,
  { weight, bias }: ReturnType<typeof layerName>,
): { vectors: tf.Tensor2D; bias: tf.Tensor1D } {
  const output = uploadWeights(weights, [weight, bias])
  const vectors = tf.transpose(output[weight] as tf.Tensor2D)
  output[weight]!.dispose()
  return { vectors, bias: output[bias] as tf.Tensor1D }
}

interface Moments {
  readonly mean: Float32Array
  readonly std: Float32Array
}
