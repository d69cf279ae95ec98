import { getTableColumns, or, sql } from 'drizzle-orm'
import { bytesOfText, Caches } from '../caches/caches.ts'
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
  caches = new Caches(),
): ItemCatalog {
  let reading: Promise<Catalog> | null = null
  let isStale = false
  let readAt = 0
  let itemChanges = 0
  const cachedTitles = caches.open<{ readonly title: string | null }>({
    name: 'titles',
    maxBytes: 32 * 2 ** 20,
    bytesOf: ({ title }, itemId) => bytesOfText(itemId) + bytesOfText(title ?? '') + 150,
  })

  changes.subscribe(({ of }) => {
    if (of === 'ratings' || of === 'champions') return
    isStale = true
    itemChanges++
    cachedTitles.clear()
  })

  async function readAll(): Promise<Catalog> {
    const rows = await db.select().from(items).where(hasMetadata)
    return new Map(rows.map(({ id, ...item }) => [id, item]))
  }

  async function titles(itemIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>()
    const add = (itemId: string, title: string | null) => {
      if (title !== null) found.set(itemId, title)
    }
    const missing: string[] = []
    const isCurrent = changes.isCurrent()
    for (const itemId of itemIds) {
      const cached = isCurrent ? cachedTitles.get(itemId) : undefined
      if (cached) add(itemId, cached.title)
      else missing.push(itemId)
    }
    if (missing.length === 0) return found
    const changesBefore = itemChanges
    // only existing items are cached, so that requests with unknown ids do not fill the memory
    for (const [itemId, title] of await readTitles({ db }, missing)) {
      add(itemId, title)
      // titles that were read before a change must not be served after it
      if (isCurrent && changesBefore === itemChanges) cachedTitles.set(itemId, { title })
    }
    return found
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
