import type { AttributeEncoding } from '../attributes/attribute-encoding.ts'
import { Caches } from '../caches/caches.ts'
import type { IdMap } from '../interactions/id-map.ts'
import type { LatentMap } from '../map/latent-map.ts'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import type { Artifact } from '../registry/artifact.ts'
import type { LoadedVersion, Manifest } from '../registry/registry.ts'
import { type FilterCaches, openFilterCaches } from './filters/filter-masks.ts'
import { type History, type Translation, toHistory } from './history.ts'
import type { Inference, InferOptions, OpenInference } from './inference/inference.ts'
import type { EligibleItems } from './inference/requests.ts'
import { ItemEligibility } from './item-eligibility.ts'
import { NewItems, type ServedItems, trainedItems } from './new-items.ts'
import { type CandidateOptions, defaultOptions } from './recommendation-options.ts'

/** The model does not know the item. */
export class UnknownItemError extends Error {
  override readonly name = 'UnknownItemError'
}

interface ServedModelParts {
  readonly manifest: Manifest
  /** Those that the version was trained on. */
  readonly items: IdMap
  readonly popularity: Float32Array
  readonly highestRating: number
  readonly inference: Inference
  readonly positiveThreshold: number | undefined
  /** Of the attributes that predict scores. */
  readonly encoding: AttributeEncoding | undefined
  readonly map: LatentMap | undefined
  readonly catalog: ItemCatalog | undefined
  readonly filterCaches: FilterCaches
}

/**
 * An open version of a model: its inference, and the translation between ids and the model's item numbers. It is freed
 * once it is retired and no task uses it.
 */
export class ServedModel {
  readonly manifest: Manifest
  readonly trainedItems: IdMap
  /** The number of training ratings of each of these. */
  readonly popularity: Float32Array
  /** The attributes from which the scores of new items are predicted; none if no new item is recommended. */
  readonly newItemAttributes: readonly string[]
  /** The highest rating in training: the value of an item that a request lists without a rating. */
  readonly highestRating: number
  readonly inference: Inference
  /** The lowest value of a positive interaction; undefined for a model that reads all ratings. */
  readonly positiveThreshold: number | undefined
  /** Absent for a model without embeddings, and for a version that an earlier release trained. */
  readonly map: LatentMap | undefined
  readonly #newItems: NewItems | undefined
  #items: ServedItems
  // what was computed for `#items`
  #eligibility: ItemEligibility
  #translations = new WeakMap<readonly RatedItem[], Translation>()
  #tasks = 0
  #isRetired = false

  constructor({ manifest, items, popularity, highestRating, inference, ...parts }: ServedModelParts) {
    this.manifest = manifest
    this.trainedItems = items
    this.popularity = popularity
    this.newItemAttributes = parts.encoding?.map(({ name }) => name) ?? []
    this.highestRating = highestRating
    this.inference = inference
    this.positiveThreshold = parts.positiveThreshold
    this.map = parts.map
    const { encoding, catalog, filterCaches } = parts
    this.#items = trainedItems(items)
    this.#eligibility = new ItemEligibility(this.#items, catalog, filterCaches)
    if (encoding && catalog)
      this.#newItems = new NewItems(items, encoding, catalog, (items, features) => {
        inference.setNewItems(features)
        this.#items = items
        this.#eligibility.dispose()
        this.#eligibility = new ItemEligibility(items, catalog, filterCaches)
        this.#translations = new WeakMap()
      })
  }

  /** The items that the version was trained on, followed by new ones. */
  get items(): ServedItems {
    return this.#items
  }

  /** Waits until the new items are those of the catalog. */
  async readNewItems(): Promise<void> {
    await this.#newItems?.read()
  }

  /** Keeps the model open until `task` has ended. */
  async use<T>(task: (model: ServedModel) => Promise<T>): Promise<T> {
    this.#tasks++
    try {
      await this.#newItems?.follow()
      return await task(this)
    } finally {
      this.#tasks--
      this.#freeWhenUnused()
    }
  }

  /** Frees the model once the tasks in progress have ended; no new task may start. */
  retire(): void {
    this.#isRetired = true
    this.#freeWhenUnused()
  }

  /** See `toHistory`. The translation is cached with the list, which must not be changed. */
  toHistory(rated: readonly RatedItem[]): Translation {
    const cached = this.#translations.get(rated)
    if (cached) return cached
    const translation = toHistory(rated, this.trainedItems, this.items)
    this.#translations.set(rated, translation)
    return translation
  }

  /**
   * Whether the model can rank items by a history: by any, or by its positives. Without these the scores of a model of
   * positives are the same for all users.
   */
  canRankBy({ values }: History): boolean {
    if (!this.inference.capabilities.isPersonalized) return false
    const threshold = this.positiveThreshold
    return threshold === undefined ? values.length > 0 : values.some((value) => value >= threshold)
  }

  /** @throws UnknownItemError */
  itemNumber(itemId: string): number {
    const item = this.items.indexOf(itemId)
    if (item !== undefined) return item
    const { model, version } = this.manifest
    throw new UnknownItemError(
      `${model} version ${version} does not know item "${itemId}": it had no rating when the model was trained` +
        (this.newItemAttributes.length > 0 ? ', and has no attribute that predicts its scores' : ''),
    )
  }

  /** See `ItemEligibility.of`. A filter is evaluated for the same catalog as the new items. */
  async eligibleItems(
    seen: Int32Array,
    options: CandidateOptions,
    inferOptions?: InferOptions,
  ): Promise<EligibleItems> {
    if (options.filter !== undefined) await this.#newItems?.read()
    return this.#eligibility.of(seen, options, inferOptions?.signal)
  }

  /** Whether an item may be recommended now. */
  isAvailable(item: number): Promise<boolean> {
    return this.#eligibility.isAvailable(item)
  }

  #freeWhenUnused(): void {
    if (!this.#isRetired || this.#tasks > 0) return
    this.inference.dispose()
    this.#eligibility.dispose()
  }
}

/**
 * Opens a version and runs one request, so that weights of a wrong shape are found and kernels are warm before the
 * first user is served.
 *
 * @param catalog needed for filters and new items; without it all items are available
 * @param filterCaches by default those of this version alone
 */
export async function serveModel(
  { manifest, artifact }: LoadedVersion,
  open: OpenInference,
  catalog?: ItemCatalog,
  filterCaches = openFilterCaches(new Caches()),
): Promise<ServedModel> {
  // Read first: opening may move the artifact's arrays to another thread.
  const { items, ratingRange, attributeRegression, map } = artifact
  const highestRating = ratingRange[1]
  const popularity = artifact.popularity.slice()
  const encoding = attributeRegression?.encoding
  const positiveThreshold = thresholdOf(artifact)
  const inference = await open(artifact)
  try {
    const history: History = { items: Int32Array.of(0), values: Float32Array.of(highestRating) }
    const query = { kind: 'history' as const, history }
    const eligible = { excluded: new Int32Array(0), allowed: null }
    await inference.infer({ kind: 'rank', query, ...eligible, options: { ...defaultOptions, k: 1 } })
  } catch (error) {
    inference.dispose()
    throw error
  }
  const served = new ServedModel({
    ...{ manifest, items, popularity, highestRating, inference, positiveThreshold, encoding, map },
    ...{ catalog, filterCaches },
  })
  // later requests try again
  await served.readNewItems().catch(() => {})
  return served
}

/**
 * The lowest value of a positive interaction, as a 32-bit float like the values of histories; undefined for a model that reads
 * all ratings. The weight comes first: earlier versions adapted it to their data.
 */
export function thresholdOf({
  weights,
  hyperparameters,
}: Pick<Artifact, 'weights' | 'hyperparameters'>): number | undefined {
  const threshold = weights.positiveThreshold?.values[0] ?? hyperparameters.positiveThreshold
  return typeof threshold === 'number' ? Math.fround(threshold) : undefined
}
