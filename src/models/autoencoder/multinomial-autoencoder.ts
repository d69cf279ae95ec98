// Mult-VAE, Mult-DAE, RecVAE and the generic autoencoder as they are served: positives in, logits of a multinomial out.
import * as tf from '@tensorflow/tfjs'
import { holdFactor } from '../../compute/hold-factor.ts'
import { type Found, openInnerProductSearch, type Search } from '../../compute/inner-product-search.ts'
import { createDeviceRandom, type DeviceRandom } from '../../compute/philox.ts'
import { read } from '../../compute/read.ts'
import { disposeSparse, type SparseTensor, uploadSparse } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { positives } from '../../interactions/positives.ts'
import type { PhiloxKey } from '../../random/philox.ts'
import type { Activation } from '../activation.ts'
import { itemSpaceOf } from '../item-space.ts'
import { normalizeRows } from '../normalize-rows.ts'
import {
  type AdversarialModel,
  type DeviceScorer,
  type Discrimination,
  type ItemSpace,
  type LatentModel,
  type PartialContributionModel,
  type PosteriorModel,
  requireColumns,
  type ScoreProjection,
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
): LatentModel &
  DeviceScorer &
  ItemSpace &
  PartialContributionModel &
  Partial<PosteriorModel & TopKModel & AdversarialModel> {
  const threshold = requireScalar(weights, 'positiveThreshold')
  const tensors = uploadWeights(weights, [
    ...[...encoderWeights, ...layerNames('decoder', decoderLayers)],
    ...(adversary ? [...layerNames('discriminator', discriminatorLayers), ...adversary.weights] : []),
  ])
  const output = layerName('decoder', decoderLayers - 1)
  const [W, b] = [tensors[output.weight] as tf.Tensor2D, tensors[output.bias] as tf.Tensor1D] // hidden × items, [items]
  const itemCount = W.shape[1]
  const search = openInnerProductSearch(W, b)
  // A search keeps its own copy of the decoder and leaves too little to `decode` to justify another.
  const release = search ? () => {} : holdFactor(W)

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

  function decodeTensor(z: tf.Tensor2D): tf.Tensor2D {
    return tf.fused.matMul({ a: decodeHidden(z), b: W, bias: b }) as tf.Tensor2D
  }

  async function decode(embeddings: Float32Array): Promise<Float32Array> {
    return read(tf.tidy(() => decodeTensor(toTensor(embeddings))))
  }

  function scoreOnDevice(histories: CsrMatrix): tf.Tensor2D | undefined {
    requireColumns(histories, itemCount)
    if (hasDislikes(histories)) return undefined
    return withCode(positives(histories, threshold), ({ mu }) => decodeTensor(mu))
  }

  async function topK(embeddings: Float32Array, searches: readonly Search[]): Promise<Found[]> {
    const hidden = tf.tidy(() => decodeHidden(toTensor(embeddings)))
    try {
      return search!.find(hidden, searches)
    } finally {
      hidden.dispose()
    }
  }

  async function discriminateEmbeddings(histories: CsrMatrix, key: PhiloxKey): Promise<Discrimination> {
    const embeddings = await embed(histories)
    const x = positives(histories, threshold)
    const [input, target] = [uploadSparse(normalizeRows(x)), uploadSparse(x)]
    const results = tf.tidy(() => {
      const z = toTensor(embeddings)
      const users = { z, first: applyFirstLayer(tensors, 'encoder', input), target }
      const encoded = adversary!.encoded(tensors, users)
      const drawn = adversary!.drawn(tensors, users, createDeviceRandom(key, tf.tensor1d([0], 'int32')))
      return [discriminate(tensors, encoded), discriminate(tensors, drawn), gradientNorms(tensors, encoded)]
    })
    disposeSparse(input)
    disposeSparse(target)
    const [logits, priorLogits, norms] = await Promise.all(results.map((result) => read(result)))
    return { embeddings, logits: logits!, priorLogits: priorLogits!, gradientNorms: norms! }
  }

  /** The output layer W, b times the weights. */
  const projections: tf.Tensor[] = []

  function projection(weights: Float32Array, count: number): ScoreProjection {
    const [factor, bias] = tf.tidy(() => {
      const F = tf.tensor2d(weights, [itemCount, count])
      return [tf.matMul<tf.Tensor2D>(W, F), tf.matMul<tf.Tensor2D>(tf.reshape(b, [1, itemCount]), F)]
    }) as [tf.Tensor2D, tf.Tensor2D]
    projections.push(factor, bias)
    return (embeddings) =>
      read(tf.tidy(() => tf.add(tf.matMul(decodeHidden(toTensor(embeddings)), factor), bias)))
  }

  return {
    itemCount,
    latentSize: latent,
    embed,
    ...(hasPosterior && { posterior }),
    ...(adversary && {
      priorComponents: adversary.priorComponents,
      discriminate: discriminateEmbeddings,
    }),
    decode,
    ...(search && { topK, projection }),
    score: async (histories) => decode(await embed(histories)),
    scoreOnDevice,
    ...itemSpaceOf(W, 'columns'),
    ...autoencoderContributions({
      ...{ tensors, positiveThreshold: threshold, decodeHidden, W, b },
      encode: (first) => encode(tensors, first).mu,
    }),
    dispose: () => {
      release()
      search?.dispose()
      tf.dispose([tensors, projections])
    },
  }
}

interface Moments {
  readonly mean: Float32Array
  readonly std: Float32Array
}
