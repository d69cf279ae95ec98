import type { items } from '../db/schema.ts'

/** The columns of an item's row; `attributes` are the other columns of the imported file, such as genres and year. */
export type CatalogItem = Readonly<Omit<typeof items.$inferSelect, 'id'>>

/** By item id; immutable: a change replaces it. */
export type Catalog = ReadonlyMap<string, CatalogItem>

export interface ItemCatalog {
  /** All items with a title or attributes; the same object until an item changes. */
  read(): Promise<Catalog>
  /** Titles by item id; an item without a title has no entry. */
  titles(itemIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}
