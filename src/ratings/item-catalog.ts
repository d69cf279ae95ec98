import type { items } from '../db/schema.ts'
import type { Item } from './rating.ts'

/** The columns of an item's row; `attributes` are its other properties, such as genres and year. */
export type CatalogItem = Readonly<Omit<typeof items.$inferSelect, 'id'>>

/** By item id; immutable: a change replaces it. */
export type Catalog = ReadonlyMap<string, CatalogItem>

/** Counts of saved items; of two changes of one item, one counts as unchanged. */
export interface SavedItems {
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
}

/** An item cannot be deleted, because users have rated it. */
export class RatedItemError extends Error {
  override readonly name = 'RatedItemError'
}

export interface ItemCatalog {
  /** All items with metadata; the same object until an item changes. */
  read(): Promise<Catalog>
  /** Titles by item id; an item without a title has no entry. */
  titles(itemIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /**
   * The items that must not be recommended now: hidden, not available yet, no longer available, or deleted. The same
   * object until they change. A change through this object takes effect at once, one by another process when the feed
   * reports it.
   */
  unavailable(): ReadonlySet<string> | Promise<ReadonlySet<string>>
  /** An item as it is stored. */
  find(itemId: string): Promise<CatalogItem | undefined>
  /** At most `count` items in the order of their ids, those after `after`. */
  page(after: string | undefined, count: number): Promise<Catalog>
  /**
   * Inserts or updates items, all or none. Properties that are absent keep their values; those of a new item have their
   * defaults.
   */
  save(items: readonly Item[]): Promise<SavedItems>
  /**
   * Deletes an item; returns whether there was one.
   *
   * @throws RatedItemError
   */
  delete(itemId: string): Promise<boolean>
}
