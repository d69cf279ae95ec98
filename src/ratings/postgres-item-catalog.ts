import { isNotNull, ne, or, sql } from 'drizzle-orm'
import type { ChangeFeed } from '../db/change-feed.ts'
import type { Database } from '../db/database.ts'
import { items } from '../db/schema.ts'
import type { Catalog, ItemCatalog } from './item-catalog.ts'

/**
 * Reads all items on the first call and caches them; reads them again on a call after the feed reported a change, or
 * while the feed is behind, at most once a second.
 */
export function createPostgresItemCatalog(
  { db }: Pick<Database, 'db'>,
  changes: Pick<ChangeFeed, 'subscribe' | 'isCurrent'>,
): ItemCatalog {
  let reading: Promise<Catalog> | null = null
  let isStale = false
  let readAt = 0

  changes.subscribe(({ of }) => {
    if (of !== 'ratings' && of !== 'champions') isStale = true
  })

  async function readAll(): Promise<Catalog> {
    const rows = await db
      .select()
      .from(items)
      .where(or(isNotNull(items.title), ne(items.attributes, sql`'{}'::jsonb`)))
    return new Map(rows.map(({ id, title, attributes }) => [id, { title, attributes }]))
  }

  return {
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
