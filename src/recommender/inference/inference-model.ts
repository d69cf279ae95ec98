import {
  type AttributePredictor,
  type AttributeRegression,
  createAttributePredictor,
} from '../../attributes/attribute-regression.ts'
import type { Found, Search } from '../../compute/inner-product-search.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import {
  hasInterests,
  hasItemSpace,
  hasPosterior,
  type ItemSpace,
  isLatentModel,
  isRatingPredictor,
  type ScoreProjection,
  type Scorer,
  type TopKModel,
} from '../../models/scorer.ts'
import { createRandom } from '../../random/random.ts'
import { type ItemGeometry, measureItemGeometry } from './item-geometry.ts'
import { mergeNewItems } from './merge-new-items.ts'
import { centeredVectors, lengthsOf, regressVectors, type VectorRegression } from './new-item-space.ts'
import { standardizedPopularity } from './popularity-penalty.ts'
import { type Capabilities, explorationDraws } from './requests.ts'

/** An open model, with what requests need besides its scores; each part is computed on first use and kept. */
export class InferenceModel {
  readonly scorer: Scorer
  /** The number of training ratings of each item, or the popularity by which the model ranks. */
  readonly popularity: Float32Array
  readonly #regression: AttributeRegression | undefined
  readonly #newItems: NewItems | undefined
  #standardizedPopularity: Float32Array | undefined
  #itemGeometry: Promise<ItemGeometry> | undefined
  #vectorRegression: Promise<VectorRegression> | undefined
  #centeredVectors: Promise<Float32Array> | undefined
  #projection: ScoreProjection | undefined
  #explorationNoise: readonly Float32Array[] | undefined

  constructor(
    scorer: Scorer,
    popularity: Float32Array,
    regression?: AttributeRegression,
    newItems?: NewItems,
  ) {
    this.scorer = scorer
    this.#regression = regression
    this.#newItems = newItems
    const ofTrained = scorer.popularity ?? popularity
    this.popularity = newItems ? this.extend(ofTrained).map((value) => Math.max(value, 0)) : ofTrained
  }

  /**
   * The same model with items that it was not trained on: their numbers follow those of the others, and their values are
   * predicted from their attributes.
   *
   * @param features new items × features of the regression, see `AttributeRegression`
   * @throws RangeError if the model has no regression on attributes
   */
  withNewItems(features: CsrMatrix): InferenceModel {
    const regression = this.#regression
    if (regression === undefined) throw new RangeError('This model predicts no scores from attributes')
    const trained = this.#newItems?.trained ?? this
    const predictor = this.#newItems?.predictor ?? createAttributePredictor(regression)
    const newItems = { features, trained, predictor }
    return new InferenceModel(this.scorer, trained.popularity, regression, newItems)
  }

  get newItemCount(): number {
    return this.#newItems?.features.rows ?? 0
  }

  /** One value for each trained item, followed by the predictions for the new ones. */
  extend(values: Float32Array): Float32Array {
    return this.#newItems ? this.#newItems.predictor.extend(values, this.#newItems.features) : values
  }

  /** Adds new items to the top items of users, without the scores of all items. */
  async addNewItems(
    scorer: TopKModel,
    embeddings: Float32Array,
    searches: readonly Search[],
    found: readonly Found[],
  ): Promise<Found[]> {
    const { features, predictor, trained } = this.#newItems!
    const sums = await trained.#project(scorer, predictor)(embeddings)
    const count = sums.length / (embeddings.length / scorer.latentSize)
    return found.map((list, user) => {
      const scores = predictor.predict(sums.subarray(user * count, (user + 1) * count), features)
      return mergeNewItems(list, scores, scorer.itemCount, searches[user]!)
    })
  }

  #project(scorer: TopKModel, predictor: AttributePredictor): ScoreProjection {
    this.#projection ??= scorer.projection(predictor.weights(), this.#regression!.features.columns + 1)
    return this.#projection
  }

  get capabilities(): Capabilities {
    const { scorer } = this
    return {
      latentSize: isLatentModel(scorer) ? scorer.latentSize : null,
      hasPosterior: hasPosterior(scorer),
      isPersonalized: scorer.isPersonalized !== false,
      predictsRatings: isRatingPredictor(scorer),
      hasInterests: hasInterests(scorer),
      itemVectorSize: hasItemSpace(scorer) ? scorer.itemVectorSize : null,
    }
  }

  get itemSpace(): ItemSpace {
    const { scorer } = this
    if (!hasItemSpace(scorer)) throw new Error('This model has no item vectors')
    if (!this.#newItems) return scorer
    const { itemVectorSize: size } = scorer
    return {
      itemVectorSize: size,
      itemVectors: (items) => this.#itemVectors(scorer, items),
      itemProducts: async (vectors) => {
        const products = await scorer.itemProducts(vectors)
        const columns = scorer.itemCount + this.newItemCount
        const extended = new Float32Array((vectors.length / size) * columns)
        for (let row = 0; row * size < vectors.length; row++) {
          const ofTrained = products.subarray(row * scorer.itemCount, (row + 1) * scorer.itemCount)
          extended.set(this.extend(ofTrained), row * columns)
        }
        return extended
      },
    }
  }

  /** See `standardizedPopularity`. */
  get standardizedPopularity(): Float32Array {
    this.#standardizedPopularity ??= this.#newItems
      ? this.extend(this.#newItems.trained.standardizedPopularity)
      : standardizedPopularity(this.popularity)
    return this.#standardizedPopularity
  }

  /** See `ItemGeometry`. New items do not change the mean. */
  get itemGeometry(): Promise<ItemGeometry> {
    this.#itemGeometry ??= this.#newItems
      ? this.#extendGeometry(this.#newItems)
      : measureItemGeometry(this.itemSpace, this.scorer.itemCount)
    return this.#itemGeometry
  }

  /**
   * `explorationDraws` standard normal vectors of the latent size. They depend on that size alone, so that a result
   * can be reproduced anywhere.
   */
  get explorationNoise(): readonly Float32Array[] {
    this.#explorationNoise ??= this.#newItems
      ? this.#newItems.trained.explorationNoise
      : drawNoise(this.capabilities.latentSize ?? 0)
    return this.#explorationNoise
  }

  /** Of the trained items. */
  get #vectors(): Promise<VectorRegression> {
    this.#vectorRegression ??= this.#newItems
      ? this.#newItems.trained.#vectors
      : this.itemGeometry.then((geometry) => regressVectors(this.#regression!, this.itemSpace, geometry))
    return this.#vectorRegression
  }

  /** new items × size */
  get #newVectors(): Promise<Float32Array> {
    this.#centeredVectors ??= this.#vectors.then((vectors) =>
      centeredVectors(vectors, this.#newItems!.features),
    )
    return this.#centeredVectors
  }

  async #extendGeometry({ trained }: NewItems): Promise<ItemGeometry> {
    const geometry = await trained.itemGeometry
    const lengths = lengthsOf(await this.#newVectors, geometry)
    const all = new Float32Array(geometry.lengths.length + lengths.length)
    all.set(geometry.lengths)
    all.set(lengths, geometry.lengths.length)
    return { mean: geometry.mean, lengths: all }
  }

  async #itemVectors(scorer: Scorer & ItemSpace, items: Int32Array): Promise<Float32Array> {
    const { itemVectorSize: size, itemCount } = scorer
    const vectors = await scorer.itemVectors(items.map((item) => (item < itemCount ? item : 0)))
    if (items.every((item) => item < itemCount)) return vectors
    const { mean } = await this.#vectors
    const centered = await this.#newVectors
    for (const [row, item] of items.entries())
      if (item >= itemCount)
        for (let d = 0; d < size; d++)
          vectors[row * size + d] = mean[d]! + centered[(item - itemCount) * size + d]!
    return vectors
  }
}

interface NewItems {
  readonly features: CsrMatrix
  /** The model without them. */
  readonly trained: InferenceModel
  readonly predictor: AttributePredictor
}

interface Openable {
  readonly popularity: Float32Array
  readonly attributeRegression?: AttributeRegression
}

/**
 * Opens an artifact with `open`.
 *
 * @throws RangeError when weights and item ids differ in their number of items
 */
export function openInferenceModel<A extends Openable>(
  artifact: A,
  open: (artifact: A) => Scorer,
): InferenceModel {
  const scorer = open(artifact)
  const { popularity, attributeRegression } = artifact
  if (scorer.itemCount === popularity.length)
    return new InferenceModel(scorer, popularity, attributeRegression)
  scorer.dispose()
  throw new RangeError(
    `The weights have ${scorer.itemCount} items, the artifact has ${popularity.length} item ids`,
  )
}

function drawNoise(latentSize: number): readonly Float32Array[] {
  const random = createRandom('exploration', latentSize)
  return Array.from({ length: explorationDraws }, () =>
    Float32Array.from({ length: latentSize }, () => random.normal()),
  )
}
