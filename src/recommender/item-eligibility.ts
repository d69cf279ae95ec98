import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { Filter } from './filters/filter.ts'
import { type FilterCaches, FilterMasks } from './filters/filter-masks.ts'
import type { CancelSignal } from './inference/inference.ts'
import type { EligibleItems } from './inference/requests.ts'
import type { ServedItems } from './new-items.ts'
import type { CandidateOptions } from './recommendation-options.ts'

/** Which of the items of a version may be in a list. What is computed is cached; other items need another object. */
export class ItemEligibility {
  readonly #items: ServedItems
  readonly #catalog: ItemCatalog | undefined
  readonly #filterMasks: FilterMasks
  readonly #allowed = new WeakMap<CandidateOptions, Promise<Uint8Array | null>>()
  #available: AvailableItems = { unavailable: new Set(), mask: null }

  /** @param catalog needed for filters; without it all items are available */
  constructor(items: ServedItems, catalog: ItemCatalog | undefined, filterCaches: FilterCaches) {
    this.#items = items
    this.#catalog = catalog
    this.#filterMasks = new FilterMasks(items, filterCaches)
  }

  /**
   * @param seen the items that `excludeSeen` leaves out
   * @throws OverloadedError
   * @throws AbortError when the signal is aborted before the filter is evaluated
   */
  async of(
    seen: Int32Array,
    options: CandidateOptions,
    signal: CancelSignal | undefined,
  ): Promise<EligibleItems> {
    const { exclude, include, filter, excludeSeen } = options
    const excluded = this.#withItems(excludeSeen ? seen : new Int32Array(0), exclude)
    if (include === undefined && filter === undefined)
      return { excluded, allowed: await this.#availableItems() }
    // the lists of a request for many users share their options
    const allowed = this.#allowed.get(options) ?? this.#allowedItems(options, signal)
    this.#allowed.set(options, allowed)
    return { excluded, allowed: await allowed }
  }

  /** Whether an item may be recommended now. */
  async isAvailable(item: number): Promise<boolean> {
    return (await this.#availableItems())?.[item] !== 0
  }

  /** Frees the memory of the filters. */
  dispose(): void {
    this.#filterMasks.dispose()
  }

  async #allowedItems(
    { include, filter }: CandidateOptions,
    signal: CancelSignal | undefined,
  ): Promise<Uint8Array | null> {
    const matching = filter ? await this.#matching(filter, signal) : null
    const mask = intersection(matching, await this.#availableItems())
    return include === undefined ? mask : this.#only(include, mask)
  }

  async #matching(filter: Filter, signal: CancelSignal | undefined): Promise<Uint8Array> {
    if (this.#catalog === undefined) throw new Error('Filters need an item catalog')
    return this.#filterMasks.of(filter, await this.#catalog.read(), signal)
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
    const numbers = Array.from(itemIds, (itemId) => this.#items.indexOf(itemId))
    const known = [...numbers.filter((item) => item !== undefined), ...this.#items.withdrawn]
    if (known.length === 0) return null
    const mask = new Uint8Array(new SharedArrayBuffer(this.#items.size)).fill(1)
    for (const item of known) mask[item] = 0
    return mask
  }

  #withItems(numbers: Int32Array, itemIds: readonly string[]): Int32Array {
    if (itemIds.length === 0) return numbers
    const union = new Set(numbers)
    for (const itemId of itemIds) {
      const item = this.#items.indexOf(itemId)
      if (item !== undefined) union.add(item)
    }
    return Int32Array.from(union).sort()
  }

  #only(itemIds: readonly string[], mask: Uint8Array | null): Uint8Array {
    const allowed = new Uint8Array(new SharedArrayBuffer(this.#items.size))
    for (const itemId of itemIds) {
      const item = this.#items.indexOf(itemId)
      if (item !== undefined) allowed[item] = mask === null ? 1 : mask[item]!
    }
    return allowed
  }
}

/** The last known unavailable items, and the mask of the others; null if there are no unavailable ones among the items. */
interface AvailableItems {
  readonly unavailable: ReadonlySet<string>
  readonly mask: Uint8Array | null
}

function intersection(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null || b === null) return a ?? b
  return a.map((allowed, item) => allowed & b[item]!)
}
