import type { ItemAttributes } from '../../src/attributes/attribute-encoding.ts'
import type { Database } from '../../src/db/database.ts'
import { readCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import { UsageError } from './exit-codes.ts'
import type { DataOptions } from './read-data.ts'

export interface ItemsOptions {
  /** The file of items, as for an import. */
  readonly items?: string
}

/**
 * The attributes of items by their id, from the file next to the ratings or from the database.
 *
 * @throws UsageError if there are none, RatingsInputError if the file cannot be read
 */
export async function readAttributes(
  { ratings, train, items }: Pick<DataOptions, 'ratings' | 'train'> & ItemsOptions,
  database: Database | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ItemAttributes>> {
  const attributes = new Map<string, ItemAttributes>()
  const path = ratings ?? train
  if (path !== undefined) {
    const source = await openRatingsSource(path, { items, signal })
    for await (const page of source.items())
      for (const item of page) attributes.set(item.id, item.attributes ?? {})
  } else {
    for (const [itemId, item] of await readCatalog(database!)) attributes.set(itemId, item.attributes)
  }
  if (attributes.size > 0) return attributes
  throw new UsageError(
    path === undefined
      ? 'The items in the database have no attributes; import them with the ratings'
      : `There are no item attributes next to ${path}; name their file with --items`,
  )
}
