import {
  hasContributions,
  hasItemSpace,
  hasPartialContributions,
  hasPosterior,
  type ItemSpace,
  isLatentModel,
  isRatingPredictor,
  type Scorer,
} from '../../models/scorer.ts'
import { createRandom } from '../../random/random.ts'
import { type ItemGeometry, measureItemGeometry } from './item-geometry.ts'
import { standardizedPopularity } from './popularity-penalty.ts'
import { type Capabilities, explorationDraws } from './requests.ts'

/** An open model, with what requests need besides its scores; each part is computed on first use and kept. */
export class InferenceModel {
  readonly scorer: Scorer
  /** The number of training ratings of each item, or the popularity by which the model ranks. */
  readonly popularity: Float32Array
  #standardizedPopularity: Float32Array | undefined
  #itemGeometry: Promise<ItemGeometry> | undefined
  #explorationNoise: readonly Float32Array[] | undefined

  constructor(scorer: Scorer, popularity: Float32Array) {
    this.scorer = scorer
    this.popularity = scorer.popularity ?? popularity
  }

  get capabilities(): Capabilities {
    const { scorer } = this
    return {
      latentSize: isLatentModel(scorer) ? scorer.latentSize : null,
      hasPosterior: hasPosterior(scorer),
      isPersonalized: scorer.isPersonalized !== false,
      predictsRatings: isRatingPredictor(scorer),
      itemVectorSize: hasItemSpace(scorer) ? scorer.itemVectorSize : null,
      hasContributions: hasContributions(scorer),
      hasSensitivities: hasPartialContributions(scorer),
    }
  }

  get itemSpace(): ItemSpace {
    if (!hasItemSpace(this.scorer)) throw new Error('This model has no item vectors')
    return this.scorer
  }

  /** See `standardizedPopularity`. */
  get standardizedPopularity(): Float32Array {
    this.#standardizedPopularity ??= standardizedPopularity(this.popularity)
    return this.#standardizedPopularity
  }

  /** See `ItemGeometry`. */
  get itemGeometry(): Promise<ItemGeometry> {
    this.#itemGeometry ??= measureItemGeometry(this.itemSpace, this.scorer.itemCount)
    return this.#itemGeometry
  }

  /**
   * `explorationDraws` standard normal vectors of the latent size. They depend on that size alone, so that a result
   * can be reproduced anywhere.
   */
  get explorationNoise(): readonly Float32Array[] {
    this.#explorationNoise ??= drawNoise(this.capabilities.latentSize ?? 0)
    return this.#explorationNoise
  }
}

/**
 * Opens an artifact with `open`.
 *
 * @throws RangeError when weights and item ids differ in their number of items
 */
export function openInferenceModel<A extends { readonly popularity: Float32Array }>(
  artifact: A,
  open: (artifact: A) => Scorer,
): InferenceModel {
  const scorer = open(artifact)
  const itemIds = artifact.popularity.length
  if (scorer.itemCount === itemIds) return new InferenceModel(scorer, artifact.popularity)
  scorer.dispose()
  throw new RangeError(`The weights have ${scorer.itemCount} items, the artifact has ${itemIds} item ids`)
}

function drawNoise(latentSize: number): readonly Float32Array[] {
  const random = createRandom('exploration', latentSize)
  return Array.from({ length: explorationDraws }, () =>
    Float32Array.from({ length: latentSize }, () => random.normal()),
  )
}
