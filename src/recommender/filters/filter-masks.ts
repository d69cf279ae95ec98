import { createHash } from 'node:crypto'
import type { LRUCache } from 'lru-cache'
import { bytesOfText, type Caches } from '../../caches/caches.ts'
import type { IdMap } from '../../interactions/id-map.ts'
import type { Catalog } from '../../ratings/item-catalog.ts'
import { AbortError, type CancelSignal, OverloadedError } from '../inference/inference.ts'
import { inTurns, type Sliced } from '../turns.ts'
import { type AttributeColumn, bytesOfColumn, readColumn } from './attribute-column.ts'
import type { Filter } from './filter.ts'
import { attributesOf, matchFilter } from './match-filter.ts'

/** What the filters of all models share: their memory, and what is known of a catalog. */
export interface FilterCaches {
  /** By model, filter and catalog. */
  readonly masks: LRUCache<string, Uint8Array>
  /** By model, attribute and catalog. */
  readonly columns: LRUCache<string, AttributeColumn>
  /** The names of the attributes and columns that at least one item has. */
  readonly attributes: WeakMap<Catalog, Promise<CatalogAttributes>>
  /** The number of conditions that are waiting for their evaluation. */
  waitingConditions: number
}

interface CatalogAttributes {
  /** Distinguishes catalogs in the keys of caches, which must not keep an outdated catalog in memory. */
  readonly catalogId: string
  readonly names: ReadonlySet<string>
}

export function openFilterCaches(caches: Caches): FilterCaches {
  return {
    masks: caches.open({
      name: 'filter-masks',
      maxBytes: 16 * 2 ** 20,
      bytesOf: (mask, key) => mask.byteLength + bytesOfText(key),
    }),
    columns: caches.open({
      name: 'filter-columns',
      maxBytes: 64 * 2 ** 20,
      bytesOf: (column, key) => bytesOfColumn(column) + bytesOfText(key),
    }),
    attributes: new WeakMap(),
    waitingConditions: 0,
  }
}

interface Evaluation {
  readonly mask: Promise<Uint8Array>
  /** Of all requests that wait for it. */
  readonly signals: (CancelSignal | undefined)[]
}

/** Filters evaluated for all items of a model and cached, so that ranking reads one byte per item. */
export class FilterMasks {
  readonly #items: IdMap
  readonly #caches: FilterCaches
  readonly #id = crypto.randomUUID()
  readonly #evaluations = new Map<string, Evaluation>()
  readonly #columns = new Map<string, Promise<AttributeColumn>>()

  constructor(items: IdMap, caches: FilterCaches) {
    this.#items = items
    this.#caches = caches
  }

  /**
   * One byte per item, 1 where the filter matches. The mask is in shared memory and must not be written to; the same
   * filter gives the same mask until the catalog changes.
   *
   * @throws OverloadedError
   * @throws AbortError when the signals of all requests for the same mask are aborted
   */
  async of(filter: Filter, catalog: Catalog, signal?: CancelSignal): Promise<Uint8Array> {
    const attributes = await this.#attributesOf(catalog)
    const key = this.#keyOf(attributes, createHash('sha256').update(JSON.stringify(filter)).digest('base64'))
    const cached = this.#caches.masks.get(key)
    if (cached) return cached
    const running = this.#evaluations.get(key)
    running?.signals.push(signal)
    return running?.mask ?? this.#start(key, filter, catalog, attributes, signal)
  }

  /** Frees the memory of this model. */
  dispose(): void {
    for (const cache of [this.#caches.masks, this.#caches.columns])
      for (const key of cache.keys()) if (key.startsWith(this.#id)) cache.delete(key)
  }

  #start(
    key: string,
    filter: Filter,
    catalog: Catalog,
    attributes: CatalogAttributes,
    signal: CancelSignal | undefined,
  ): Promise<Uint8Array> {
    const names = attributesOf(filter)
    if (this.#caches.waitingConditions + names.length > maxWaitingConditions)
      throw new OverloadedError('Too many filters are waiting; retry in a second')
    this.#caches.waitingConditions += names.length
    const signals = [signal]
    const mask = this.#evaluate(filter, catalog, attributes, new Set(names), () => {
      if (signals.every((each) => each?.aborted)) throw new AbortError('The request was canceled')
    })
    const evaluation = {
      signals,
      mask: mask.finally(() => {
        this.#caches.waitingConditions -= names.length
        this.#evaluations.delete(key)
      }),
    }
    this.#evaluations.set(key, evaluation)
    mask.then(
      (mask) => this.#caches.masks.set(key, mask),
      () => {},
    )
    return evaluation.mask
  }

  async #evaluate(
    filter: Filter,
    catalog: Catalog,
    attributes: CatalogAttributes,
    names: ReadonlySet<string>,
    checkpoint: () => void,
  ): Promise<Uint8Array> {
    const columns = new Map<string, AttributeColumn>()
    for (const name of names) {
      const isKnown = [name, `${name}s`].some((candidate) => attributes.names.has(candidate))
      if (isKnown) columns.set(name, await this.#columnOf(name, catalog, attributes))
      checkpoint()
    }
    const matching = matchFilter(filter, this.#items.size, (name) => columns.get(name))
    const matched = await inTurns(matching, checkpoint)
    const mask = new Uint8Array(new SharedArrayBuffer(matched.length))
    mask.set(matched)
    return mask
  }

  /** Read to the end even if the request is canceled, because the next filter needs it too. */
  async #columnOf(name: string, catalog: Catalog, attributes: CatalogAttributes): Promise<AttributeColumn> {
    const key = this.#keyOf(attributes, name)
    const cached = this.#caches.columns.get(key)
    if (cached) return cached
    const running = this.#columns.get(key)
    if (running) return running
    const reading = inTurns(readColumn(name, this.#items, catalog)).finally(() => this.#columns.delete(key))
    this.#columns.set(key, reading)
    this.#caches.columns.set(key, await reading)
    return reading
  }

  #attributesOf(catalog: Catalog): Promise<CatalogAttributes> {
    const { attributes } = this.#caches
    const reading = attributes.get(catalog) ?? inTurns(readAttributes(catalog))
    attributes.set(catalog, reading)
    return reading
  }

  #keyOf({ catalogId }: CatalogAttributes, name: string): string {
    return `${this.#id} ${catalogId} ${name}`
  }
}

/** Beyond it, waiting would take longer than a client waits. */
const maxWaitingConditions = 10_000

function* readAttributes(catalog: Catalog): Sliced<CatalogAttributes> {
  const names = new Set(['id'])
  for (const { attributes, ...columns } of catalog.values()) {
    for (const name of [...Object.keys(columns), ...Object.keys(attributes)]) names.add(name)
    yield
  }
  return { catalogId: crypto.randomUUID(), names }
}
