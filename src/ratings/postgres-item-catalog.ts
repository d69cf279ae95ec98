import { asc, eq, getTableColumns, gt, or, sql } from 'drizzle-orm'
import { bytesOfText, Caches } from '../caches/caches.ts'
import type { ChangeFeed } from '../db/change-feed.ts'
import type { Database } from '../db/database.ts'
import { items } from '../db/schema.ts'
import type { Catalog, ItemCatalog } from './item-catalog.ts'
import { deleteItem } from './postgres-item-deletion.ts'
import { saveItems } from './postgres-items.ts'
import { createPostgresUnavailableItems } from './postgres-unavailable-items.ts'

/**
 * Reads all items on the first call and caches them; reads them again on a call after the feed reported a change, or
 * while the feed is behind, at most once a second. Caches single titles apart, so that a title needs no read of all.
 */
export function createPostgresItemCatalog(
  database: Pick<Database, 'db' | 'sql'>,
  changes: Pick<ChangeFeed, 'subscribe' | 'isCurrent'>,
  caches = new Caches(),
): ItemCatalog {
  const { db } = database
  const unavailable = createPostgresUnavailableItems(database.sql, changes)
  let reading: Promise<Catalog> | null = null
  let isStale = false
  let readAt = 0
  let itemChanges = 0
  const cachedTitles = caches.open<{ readonly title: string | null }>({
    name: 'titles',
    maxBytes: 32 * 2 ** 20,
    bytesOf: ({ title }, itemId) => bytesOfText(itemId) + bytesOfText(title ?? '') + 150,
  })

  const invalidate = () => {
    isStale = true
    itemChanges++
    cachedTitles.clear()
  }
  changes.subscribe(({ of }) => {
    if (of === 'items' || of === 'anything') invalidate()
  })

  async function page(after: string | undefined, count: number): Promise<Catalog> {
    const isAfter = after === undefined ? undefined : gt(items.id, after)
    return toCatalog(await db.select().from(items).where(isAfter).orderBy(asc(items.id)).limit(count))
  }

  async function invalidating<T>(write: Promise<T>): Promise<T> {
    const written = await write
    invalidate()
    unavailable.invalidate()
    return written
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
    page,
    unavailable: unavailable.current,
    find: async (itemId) => toCatalog(await db.select().from(items).where(eq(items.id, itemId))).get(itemId),
    save: (changes) => invalidating(saveItems(database.sql, changes)),
    delete: (itemId) => invalidating(deleteItem(database.sql, itemId)),
    read: () => {
      const mustRead = (isStale || !changes.isCurrent()) && Date.now() - readAt >= minAgeMs
      if (reading !== null && !mustRead) return reading
      isStale = false
      readAt = Date.now()
      const attempt = readCatalog({ db })
      reading = attempt
      attempt.catch(() => {
        if (reading === attempt) reading = null
      })
      return attempt
    },
  }
}

const minAgeMs = 1000

/** All items with metadata. */
export async function readCatalog({ db }: Pick<Database, 'db'>): Promise<Catalog> {
  return toCatalog(await db.select().from(items).where(hasMetadata))
}

function toCatalog(rows: readonly (typeof items.$inferSelect)[]): Catalog {
  return new Map(rows.map(({ id, ...item }) => [id, item]))
}

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
