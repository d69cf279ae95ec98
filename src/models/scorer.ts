// The interfaces of a trained model: everything that serving and evaluation know of it.
import type * as tf from '@tensorflow/tfjs'
import type { Found, Search } from '../compute/inner-product-search.ts'
import type { SearchProjection } from '../compute/search-projection.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { PhiloxKey } from '../random/philox.ts'

/** Scores every item for every history; a higher score ranks first. */
export interface Scorer {
  readonly itemCount: number
  /** False where every history gives the same order of items. */
  readonly isPersonalized?: false
  /** Of a model that ranks by popularity: the popularity of each item. */
  readonly popularity?: Float32Array
  /** users × items ratings to users × items scores, row-major. */
  score(histories: CsrMatrix): Promise<Float32Array>
  /** Frees the memory of its device. */
  dispose(): void
}

/** A scorer whose scores can stay on the device. */
export interface DeviceScorer extends Scorer {
  /**
   * As `score`, without waiting for the device: users × items, of which the caller disposes. Undefined for histories
   * with dislikes, which need embeddings in memory.
   */
  scoreOnDevice(histories: CsrMatrix): tf.Tensor2D | undefined
}

/** A scorer with a latent space: `score` is `decode` of `embed`. */
export interface LatentModel extends Scorer {
  readonly latentSize: number
  /** users × items ratings to users × latent, row-major. */
  embed(histories: CsrMatrix): Promise<Float32Array>
  /** users × latent to users × items scores, row-major. */
  decode(embeddings: Float32Array): Promise<Float32Array>
}

/** A latent model whose embeddings are the means of normal distributions. */
export interface PosteriorModel extends LatentModel {
  /** users × items ratings to users × latent each; `mean` equals `embed`. */
  posterior(histories: CsrMatrix): Promise<{ mean: Float32Array; std: Float32Array }>
}

/** A latent model that was trained against a discriminator, which is only measured. */
export interface AdversarialModel extends LatentModel {
  /** Components of the mixture of normals that is the prior: see `drawPrior`. */
  readonly priorComponents: number
  /** Applies the discriminator to the embeddings of users and to as many draws of the prior. */
  discriminate(histories: CsrMatrix, random: PhiloxKey): Promise<Discrimination>
}

/** A latent model whose training drew the embeddings to centroids: see `clusteringLoss`. */
export interface ClusteredModel extends LatentModel {
  /** clusters × latent, row-major. */
  readonly centroids: Float32Array
}

/** A latent model in which a user has several interests, and each recommended item is there for one of them. */
export interface MultiInterestModel extends LatentModel {
  readonly interestCount: number
  /** The interest, counted from 0, for which each item is in the list of a user: 1 × latent to [items]. */
  interestOfItems(embedding: Float32Array): Promise<Int32Array>
}

export interface Discrimination {
  /** users × latent */
  readonly embeddings: Float32Array
  /** Of each user; higher for what looks like a draw of the prior. */
  readonly logits: Float32Array
  /** Of each draw of the prior. */
  readonly priorLogits: Float32Array
  /** ‖∂logit/∂z‖ at each user's embedding. */
  readonly gradientNorms: Float32Array
}

/** A latent model whose scores are inner products with a vector of each item, plus a bias. */
export interface LinearModel extends LatentModel {
  readonly outputLayer: {
    /** items × inner */
    readonly vectors: tf.Tensor2D
    /** [items] */
    readonly bias: tf.Tensor1D
    /** users × latent to users × inner, row-major. */
    queries(embeddings: Float32Array): Promise<Float32Array>
  }
  /** Makes `topK`, if there is one, approximate; exact again without a projection. */
  searchBy(projection: SearchProjection | undefined): void
}

/** A linear model that finds the best items without scoring all of them. */
export interface TopKModel extends LinearModel {
  /**
   * The same items as the top k of `decode`, or most of them if the search is approximate.
   *
   * @param embeddings users × latent, at least two users
   * @param searches one for each of the first users; their columns are items
   */
  topK(embeddings: Float32Array, searches: readonly Search[]): Promise<Found[]>
  /**
   * Weighted sums of a user's scores of all items, without computing the scores. The model keeps some numbers for each
   * projection until it is disposed of.
   *
   * @param weights items × count
   */
  projection(weights: Float32Array, count: number): ScoreProjection
}

/** users × latent, at least two users, to users × count. */
export type ScoreProjection = (embeddings: Float32Array) => Promise<Float32Array>

/** A latent model that is also a density of users' positives. */
export interface DensityModel extends LatentModel {
  /** log p(x) of each history, where x is 1 for a positive item and 0 for all others. */
  logLikelihood(histories: CsrMatrix): Promise<Float64Array>
}

/** A model whose scores contain the inner product of a user vector with a vector of each item. */
export interface ItemSpace {
  readonly itemVectorSize: number
  /** items.length × itemVectorSize, row-major. */
  itemVectors(items: Int32Array): Promise<Float32Array>
  /** n × itemVectorSize to n × items: the inner products with the vectors of all items. */
  itemProducts(vectors: Float32Array): Promise<Float32Array>
}

/** A model whose scores show in closed form what each interaction of a history contributes. */
export interface ContributionModel extends Scorer {
  /**
   * By how much the score of `item` falls without each interaction, in their order.
   *
   * @param history 1 × items
   */
  contributions(history: CsrMatrix, item: number): Promise<Float32Array>
}

/** A model without such a closed form: each contribution costs a pass, so that only those of the largest estimates are computed. */
export interface PartialContributionModel extends Scorer {
  /**
   * By how much the score of `item` falls without each of the interactions at `positions`.
   *
   * @param history 1 × items
   */
  contributionsAt(history: CsrMatrix, item: number, positions: Int32Array): Promise<Float32Array>
  /**
   * Estimates the contribution of each interaction, in their order: the gradient of the score times the change of the input.
   *
   * @param history 1 × items
   */
  sensitivities(history: CsrMatrix, item: number): Promise<Float32Array>
}

/** A model whose contributions are sums over other models. */
export interface BlendedModel extends Scorer {
  /**
   * The models with contributions, and the weight of each one's contributions in those of this model.
   *
   * @param history 1 × items
   */
  weightedParts(history: CsrMatrix): Promise<readonly WeightedPart[]>
}

export interface WeightedPart {
  readonly scorer: Scorer
  readonly weight: number
}

/** A model that also predicts ratings, in the units of the data. */
export interface RatingPredictor {
  /**
   * Predicts the rating at each entry of `targets`, whose values are ignored.
   *
   * @param users row of each user in the training matrix, or −1 for a user that was not in it
   * @param histories users × items, the known ratings
   * @param targets users × items, the entries to predict
   * @returns one rating for each entry of `targets`, in its order
   */
  predict(users: Int32Array, histories: CsrMatrix, targets: CsrMatrix): Promise<Float32Array>
  /**
   * Predicts each user's rating of an item that the model does not know.
   *
   * @param histories users × items, the known ratings
   */
  predictUnknownItem(histories: CsrMatrix): Float32Array
}

/** @throws RangeError when `histories` do not have the model's number of items. */
export function requireColumns(histories: CsrMatrix, itemCount: number): void {
  if (histories.columns !== itemCount)
    throw new RangeError(`Histories of ${histories.columns} items do not fit a model of ${itemCount} items`)
}

export function isLatentModel(scorer: Scorer): scorer is LatentModel {
  return 'embed' in scorer && 'decode' in scorer
}

export function isRatingPredictor(scorer: Scorer): scorer is Scorer & RatingPredictor {
  return 'predict' in scorer
}

export function hasDeviceScores(scorer: Scorer): scorer is DeviceScorer {
  return 'scoreOnDevice' in scorer
}

export function hasPosterior(scorer: Scorer): scorer is PosteriorModel {
  return 'posterior' in scorer
}

export function hasDiscriminator(scorer: Scorer): scorer is AdversarialModel {
  return 'discriminate' in scorer
}

export function isLinearModel(scorer: Scorer): scorer is LinearModel {
  return 'outputLayer' in scorer
}

export function hasCentroids(scorer: Scorer): scorer is ClusteredModel {
  return 'centroids' in scorer
}

export function hasInterests(scorer: Scorer): scorer is MultiInterestModel {
  return 'interestOfItems' in scorer
}

export function hasTopK(scorer: Scorer): scorer is TopKModel {
  return 'topK' in scorer
}

export function hasDensity(scorer: Scorer): scorer is DensityModel {
  return 'logLikelihood' in scorer
}

export function hasContributions(scorer: Scorer): scorer is ContributionModel {
  return 'contributions' in scorer
}

export function hasPartialContributions(scorer: Scorer): scorer is PartialContributionModel {
  return 'contributionsAt' in scorer
}

export function isBlended(scorer: Scorer): scorer is BlendedModel {
  return 'weightedParts' in scorer
}

export function hasItemSpace(scorer: Scorer): scorer is Scorer & ItemSpace {
  return 'itemVectors' in scorer
}
