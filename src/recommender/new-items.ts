// The items that were added after the training of a version, numbered after those that it was trained on.
import {
  type AttributeEncoding,
  createEncoder,
  type EncodeItems,
  type ItemAttributes,
} from '../attributes/attribute-encoding.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { rowLength } from '../interactions/csr/csr-matrix.ts'
import type { IdMap } from '../interactions/id-map.ts'
import type { Catalog, ItemCatalog } from '../ratings/item-catalog.ts'
import { inTurns, type Sliced } from './turns.ts'

/** The items of a version at one time. */
export interface ServedItems extends IdMap {
  /**
   * Numbers of new items that are not in the catalog any more, or have lost the attributes by which they were known. Their ids
   * have no number.
   */
  readonly withdrawn: Int32Array
}

/** @param features of the new items, in the order of their numbers */
type OnChange = (items: ServedItems, features: CsrMatrix) => void

/**
 * Follows the catalog. A new item is known if it has an attribute that predicts scores. It keeps its number, so that requests in
 * progress remain valid.
 */
export class NewItems {
  readonly #trained: IdMap
  readonly #catalog: Pick<ItemCatalog, 'read'>
  readonly #encode: EncodeItems
  /** Trained items, then new ones. */
  readonly #ids: string[]
  readonly #numbers = new Map<string, number>()
  readonly #onChange: OnChange
  /** What was read last. */
  #source: Promise<Catalog> | undefined
  /** Of `performance.now()`. */
  #nextReading = 0
  #following: Promise<void> | undefined

  constructor(
    trained: IdMap,
    encoding: AttributeEncoding,
    catalog: Pick<ItemCatalog, 'read'>,
    onChange: OnChange,
  ) {
    this.#trained = trained
    this.#catalog = catalog
    this.#onChange = onChange
    this.#encode = createEncoder(encoding)
    this.#ids = [...trained.ids]
  }

  /**
   * Waits until the items are those of the catalog, `maxWaitMs` at most: a large catalog takes longer to read. While the catalog
   * cannot be read the items stay as they are.
   */
  async follow(): Promise<void> {
    if (performance.now() < this.#nextReading || this.#catalog.read() === this.#source) return
    let timer: NodeJS.Timeout | undefined
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, maxWaitMs)
    })
    await Promise.race([this.read().catch(() => {}), waited])
    clearTimeout(timer)
  }

  /** Waits until the items are those of the catalog. */
  read(): Promise<void> {
    this.#following ??= this.#readCatalog().finally(() => {
      this.#following = undefined
    })
    return this.#following
  }

  async #readCatalog(): Promise<void> {
    const start = performance.now()
    for (;;) {
      const source = this.#catalog.read()
      if (source === this.#source) break
      const catalog = await source
      await inTurns(this.#numberItems(catalog))
      const features = await inTurns(this.#featuresOf(catalog))
      this.#onChange(this.#itemsWith(features), features)
      this.#source = source
    }
    this.#nextReading = start + (performance.now() - start) / maxReadingShare
  }

  *#numberItems(catalog: Catalog): Sliced<void> {
    let n = 0
    for (const [itemId, { attributes }] of catalog) {
      if (n++ % itemsPerSlice === 0) yield
      if (this.#trained.indexOf(itemId) !== undefined || this.#numbers.has(itemId)) continue
      if (this.#encode([attributes]).indices.length === 0) continue
      this.#numbers.set(itemId, this.#ids.length)
      this.#ids.push(itemId)
    }
  }

  *#featuresOf(catalog: Catalog): Sliced<CsrMatrix> {
    const attributes: (ItemAttributes | undefined)[] = []
    for (let item = this.#trained.size; item < this.#ids.length; item++) {
      if (item % itemsPerSlice === 0) yield
      attributes.push(catalog.get(this.#ids[item]!)?.attributes)
    }
    return this.#encode(attributes)
  }

  #itemsWith(features: CsrMatrix): ServedItems {
    const ids = this.#ids.slice()
    const isWithdrawn = (item: number) =>
      item >= this.#trained.size && rowLength(features, item - this.#trained.size) === 0
    return {
      size: ids.length,
      ids,
      indexOf: (itemId) => {
        const item = this.#trained.indexOf(itemId) ?? this.#numbers.get(itemId)
        return item === undefined || item >= ids.length || isWithdrawn(item) ? undefined : item
      },
      idOf: (item) => {
        const itemId = this.#ids[item]
        if (itemId === undefined) throw new RangeError(`No item has number ${item} of ${this.#ids.length}`)
        return itemId
      },
      withdrawn: Int32Array.from({ length: features.rows }, (_, n) => this.#trained.size + n).filter(
        isWithdrawn,
      ),
    }
  }
}

/** The items of a version that has no new ones. */
export function trainedItems(trained: IdMap): ServedItems {
  return { ...trained, withdrawn: new Int32Array(0) }
}

const maxWaitMs = 100
/** The share of the time in which a large catalog is read that changes all the time. */
const maxReadingShare = 0.5
const itemsPerSlice = 500
