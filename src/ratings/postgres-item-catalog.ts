import { getTableColumns, or, sql } from 'drizzle-orm'
import type { ChangeFeed } from '../db/change-feed.ts'
import type { Database } from '../db/database.ts'
import { items } from '../db/schema.ts'
import type { Catalog, ItemCatalog } from './item-catalog.ts'

/**
 * Reads all items on the first call and caches them; reads them again on a call after the feed reported a change, or
 * while the feed is behind, at most once a second. Caches single titles apart, so that a title needs no read of all.
 */
export function createPostgresItemCatalog(
  { db }: Pick<Database, 'db'>,
  changes: Pick<ChangeFeed, 'subscribe' | 'isCurrent'>,
): ItemCatalog {
  let reading: Promise<Catalog> | null = null
  let isStale = false
  let readAt = 0
  let cachedTitles = new Map<string, string | null>()

  changes.subscribe(({ of }) => {
    if (of === 'ratings' || of === 'champions') return
    isStale = true
    cachedTitles = new Map()
  })

  async function readAll(): Promise<Catalog> {
    const rows = await db.select().from(items).where(hasMetadata)
    return new Map(rows.map(({ id, ...item }) => [id, item]))
  }

  async function titles(itemIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    // An item that changes meanwhile replaces the cache, so titles read before the change are not served after it.
    const cache = changes.isCurrent() ? cachedTitles : new Map<string, string | null>()
    const missing = itemIds.filter((id) => !cache.has(id))
    if (missing.length > 0) {
      // only of existing items, so that requests with unknown ids do not fill the memory
      for (const [id, title] of await readTitles({ db }, missing)) cache.set(id, title)
    }
    return withoutNulls(cache, itemIds)
  }

  return {
    titles,
    read: () => {
      const mustRead = (isStale || !changes.isCurrent()) && Date.now() - readAt >= minAgeMs
      if (reading !== null && !mustRead) return reading
      isStale = false
      readAt = Date.now()
      const attempt = readAll()
      reading = attempt
      attempt.catch(() => {
        if (reading === attempt) reading = null
      })
      return attempt
    },
  }
}

const minAgeMs = 1000

const hasMetadata = or(
  ...Object.values(getTableColumns(items))
    .filter((column) => column !== items.id)
    .map((column) => sql`${column} is distinct from ${sql.param(column.default ?? null, column)}`),
)

/** Titles by item id, null for an item without a title; an unknown item has no entry. */
export async function readTitles(
  { db }: Pick<Database, 'db'>,
  itemIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (itemIds.length === 0) return new Map()
  const rows = await db
    .select({ id: items.id, title: items.title })
    .from(items)
    .where(sql`${items.id} = any(${sql.param(itemIds)}::text[])`)
  return new Map(rows.map(({ id, title }) => [id, title]))
}

function withoutNulls(titles: ReadonlyMap<string, string | null>, itemIds: readonly string[]) {
  const found = new Map<string, string>()
  for (const id of itemIds) {
    const title = titles.get(id)
    if (title != null) found.set(id, title)
  }
  return found
}
