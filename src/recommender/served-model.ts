import { Caches } from '../caches/caches.ts'
import type { IdMap } from '../interactions/id-map.ts'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import type { Artifact } from '../registry/artifact.ts'
import type { LoadedVersion, Manifest } from '../registry/registry.ts'
import { type FilterCaches, FilterMasks, openFilterCaches } from './filters/filter-masks.ts'
import { type History, type Translation, toHistory } from './history.ts'
import type { Inference, InferOptions, OpenInference } from './inference/inference.ts'
import type { EligibleItems } from './inference/requests.ts'
import { type CandidateOptions, defaultOptions } from './recommendation-options.ts'

/** The model does not know the item. */
export class UnknownItemError extends Error {
  override readonly name = 'UnknownItemError'
}

/**
 * An open version of a model: its inference, and the translation between ids and the model's item numbers. It is freed
 * once it is retired and no task uses it.
 */
export class ServedModel {
  readonly manifest: Manifest
  readonly items: IdMap
  /** The highest rating in training: the value of an item that a request lists without a rating. */
  readonly highestRating: number
  readonly inference: Inference
  /** Undefined for a model that reads all ratings. */
  readonly #positiveThreshold: number | undefined
  readonly #catalog: ItemCatalog | undefined
  readonly #filterMasks: FilterMasks
  readonly #translations = new WeakMap<readonly RatedItem[], Translation>()
  readonly #allowed = new WeakMap<CandidateOptions, Promise<Uint8Array | null>>()
  #available: AvailableItems = { unavailable: new Set(), mask: null }
  #tasks = 0
  #isRetired = false

  constructor(
    manifest: Manifest,
    items: IdMap,
    highestRating: number,
    inference: Inference,
    positiveThreshold: number | undefined,
    catalog: ItemCatalog | undefined,
    filterCaches: FilterCaches,
  ) {
    this.manifest = manifest
    this.items = items
    this.highestRating = highestRating
    this.inference = inference
    this.#positiveThreshold = positiveThreshold
    this.#catalog = catalog
    this.#filterMasks = new FilterMasks(items, filterCaches)
  }

  /** Keeps the model open until `task` has ended. */
  async use<T>(task: (model: ServedModel) => Promise<T>): Promise<T> {
    this.#tasks++
    try {
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
    const translation = toHistory(rated, this.items)
    this.#translations.set(rated, translation)
    return translation
  }

  /**
   * Whether the model can rank items by a history: by any, or by its positives. Without these the scores of a model of
   * positives are the same for all users.
   */
  canRankBy({ values }: History): boolean {
    if (!this.inference.capabilities.isPersonalized) return false
    const threshold = this.#positiveThreshold
    return threshold === undefined ? values.length > 0 : values.some((value) => value >= threshold)
  }

  /** @throws UnknownItemError */
  itemNumber(itemId: string): number {
    const item = this.items.indexOf(itemId)
    if (item !== undefined) return item
    const { model, version } = this.manifest
    throw new UnknownItemError(
      `${model} version ${version} does not know item "${itemId}": it had no rating when the model was trained`,
    )
  }

  /**
   * @param seen the items that `excludeSeen` leaves out
   * @throws OverloadedError
   * @throws AbortError when the signal is aborted before the filter is evaluated
   */
  async eligibleItems(
    seen: Int32Array,
    options: CandidateOptions,
    inferOptions?: InferOptions,
  ): Promise<EligibleItems> {
    const { exclude, include, filter, excludeSeen } = options
    const excluded = this.#withItems(excludeSeen ? seen : new Int32Array(0), exclude)
    if (include === undefined && filter === undefined)
      return { excluded, allowed: await this.#availableItems() }
    // the lists of a request for many users share their options
    const allowed = this.#allowed.get(options) ?? this.#allowedItems(options, inferOptions)
    this.#allowed.set(options, allowed)
    return { excluded, allowed: await allowed }
  }

  /** Whether an item may be recommended now. */
  async isAvailable(item: number): Promise<boolean> {
    return (await this.#availableItems())?.[item] !== 0
  }

  async #allowedItems(
    { include, filter }: CandidateOptions,
    inferOptions: InferOptions | undefined,
  ): Promise<Uint8Array | null> {
    const matching = filter
      ? await this.#filterMasks.of(filter, await this.#requireCatalog().read(), inferOptions?.signal)
      : null
    const mask = intersection(matching, await this.#availableItems())
    return include === undefined ? mask : this.#only(include, mask)
  }

  /** A mask as in `EligibleItems`. */
  async #availableItems(): Promise<Uint8Array | null> {
    if (this.#catalog === undefined) return null
    const unavailable = await this.#catalog.unavailable()
    if (unavailable !== this.#available.unavailable)
      this.#available = { unavailable, mask: this.#without(unavailable) }
    return this.#available.mask
  }

  #without(itemIds: ReadonlySet<string>): Uint8Array | null {
    let mask: Uint8Array | null = null
    for (const itemId of itemIds) {
      const item = this.items.indexOf(itemId)
      if (item === undefined) continue
      mask ??= new Uint8Array(new SharedArrayBuffer(this.items.size)).fill(1)
      mask[item] = 0
    }
    return mask
  }

  #requireCatalog(): ItemCatalog {
    if (this.#catalog === undefined) throw new Error('Filters need an item catalog')
    return this.#catalog
  }

  #withItems(numbers: Int32Array, itemIds: readonly string[]): Int32Array {
    if (itemIds.length === 0) return numbers
    const union = new Set(numbers)
    for (const itemId of itemIds) {
      const item = this.items.indexOf(itemId)
      if (item !== undefined) union.add(item)
    }
    return Int32Array.from(union).sort()
  }

  #only(itemIds: readonly string[], mask: Uint8Array | null): Uint8Array {
    const allowed = new Uint8Array(new SharedArrayBuffer(this.items.size))
    for (const itemId of itemIds) {
      const item = this.items.indexOf(itemId)
      if (item !== undefined) allowed[item] = mask === null ? 1 : mask[item]!
    }
    return allowed
  }

  #freeWhenUnused(): void {
    if (!this.#isRetired || this.#tasks > 0) return
    this.inference.dispose()
    this.#filterMasks.dispose()
  }
}

/** The last known unavailable items, and the mask of the others; null if the model knows none of them. */
interface AvailableItems {
  readonly unavailable: ReadonlySet<string>
  readonly mask: Uint8Array | null
}

function intersection(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null || b === null) return a ?? b
  const both = new Uint8Array(a.length)
  for (let item = 0; item < both.length; item++) both[item] = a[item]! & b[item]!
  return both
}

/**
 * Opens a version and runs one request, so that weights of a wrong shape are found and kernels are warm before the
 * first user is served.
 *
 * @param catalog needed for filters; without it all items are available
 * @param filterCaches by default those of this version alone
 */
export async function serveModel(
  { manifest, artifact }: LoadedVersion,
  open: OpenInference,
  catalog?: ItemCatalog,
  filterCaches = openFilterCaches(new Caches()),
): Promise<ServedModel> {
  // Read first: opening may move the artifact's arrays to another thread.
  const { items, ratingRange } = artifact
  const highestRating = ratingRange[1]
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
  return new ServedModel(manifest, items, highestRating, inference, positiveThreshold, catalog, filterCaches)
}

/** As a 32-bit float, like the values of histories. The weight comes first: earlier versions adapted it to their data. */
function thresholdOf({ weights, hyperparameters }: Artifact): number | undefined {
  const threshold = weights.positiveThreshold?.values[0] ?? hyperparameters.positiveThreshold
  return typeof threshold === 'number' ? Math.fround(threshold) : undefined
}
