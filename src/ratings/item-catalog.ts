export interface CatalogItem {
  readonly title: string | null
  /** As imported: genres, year and other columns. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** By item id; immutable: a change replaces it. */
export type Catalog = ReadonlyMap<string, CatalogItem>

export interface ItemCatalog {
  /** All items with a title or attributes; the same object until an item changes. */
  read(): Promise<Catalog>
  /** Titles by item id; an item without a title has no entry. */
  titles(itemIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}
