// The heart of the house: what serving and evaluation know of a model, and all that they know.
import type { Found, Search } from '../compute/inner-product-search.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'

/** Scores every item for every history; a higher score ranks first. */
export interface Scorer {
  readonly itemCount: number
  /** histories: users × items (ratings). Gives users × items scores, row-major. */
  score(histories: CsrMatrix): Promise<Float32Array>
  /** Frees what the scorer holds on its device. */
  dispose(): void
}

/** A scorer that goes through a latent space: `score` is `decode` of `embed`. */
export interface LatentModel extends Scorer {
  readonly latentSize: number
  /** users × items ratings to users × latent, row-major. */
  embed(histories: CsrMatrix): Promise<Float32Array>
  /** users × latent to users × items scores, row-major. */
  decode(embeddings: Float32Array): Promise<Float32Array>
}

/** A latent model whose embeddings are the means of normal distributions. */
export interface PosteriorModel extends LatentModel {
  /** users × items ratings to users × latent each; `mean` is what `embed` gives. */
  posterior(histories: CsrMatrix): Promise<{ mean: Float32Array; std: Float32Array }>
}

/** A latent model that finds the best items without the scores of all. */
export interface TopKModel extends LatentModel {
  /**
   * What looking through `decode` would find.
   *
   * @param embeddings users × latent, two users at least
   * @param searches for the first of the users, one each; their columns are items
   */
  topK(embeddings: Float32Array, searches: readonly Search[]): Promise<Found[]>
}

/** A latent model that is also a density of what users like. */
export interface DensityModel extends LatentModel {
  /** log p(x) of each history, x being 1 where the user liked an item and else 0. */
  logLikelihood(histories: CsrMatrix): Promise<Float64Array>
}

/** A model that scores by the inner product with a vector of each item, whatever else it adds to that. */
export interface ItemSpace {
  readonly itemVectorSize: number
  /** items.length × itemVectorSize, row-major. */
  itemVectors(items: Int32Array): Promise<Float32Array>
  /** n × itemVectorSize to n × items: the inner products with the vectors of all items. */
  itemProducts(vectors: Float32Array): Promise<Float32Array>
}

/** A model that also foretells ratings, in the units of the data. */
export interface RatingPredictor {
  /**
   * Foretells the rating at each entry of `targets` (their values are not read).
   *
   * @param users row of each user in the training matrix, or −1 for a user never trained on
   * @param histories users × items, the known ratings
   * @param targets users × items, where to predict
   * @returns one rating for each entry of `targets`, in its order
   */
  predict(users: Int32Array, histories: CsrMatrix, targets: CsrMatrix): Promise<Float32Array>
}

export function isLatentModel(scorer: Scorer): scorer is LatentModel {
  return 'embed' in scorer && 'decode' in scorer
}

export function isRatingPredictor(scorer: Scorer): scorer is Scorer & RatingPredictor {
  return 'predict' in scorer
}

export function hasPosterior(scorer: Scorer): scorer is PosteriorModel {
  return 'posterior' in scorer
}

export function hasTopK(scorer: Scorer): scorer is TopKModel {
  return 'topK' in scorer
}

export function hasDensity(scorer: Scorer): scorer is DensityModel {
  return 'logLikelihood' in scorer
}

export function hasItemSpace(scorer: Scorer): scorer is Scorer & ItemSpace {
  return 'itemVectors' in scorer
}
