// What is known of items besides who rated them.

export interface CatalogItem {
  readonly title: string | null
  /** As imported: genres, year, or whatever columns there were. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** By item id; never changed, but replaced. */
export type Catalog = ReadonlyMap<string, CatalogItem>

export interface ItemCatalog {
  /** All items of which something is known; the same object until something changes. */
  read(): Promise<Catalog>
}
