import { bytesOfText, Caches } from '../caches/caches.ts'
import type { Sql } from '../db/database.ts'
import type { Trend, TrendingItem, TrendQuery, Trends } from './trends.ts'

/**
 * Counts ratings by the index of their times, so that a query reads two windows and not all ratings. Requests for the same
 * window share a query for five seconds, and there is one query at a time.
 */
export function createPostgresTrends(sql: Sql, caches = new Caches()): Trends {
  const known = caches.open<Trend>({ name: 'trends', maxBytes: 64 * 2 ** 20, bytesOf: bytesOfTrend })
  const reading = new Map<string, Promise<Trend>>()
  let last: Promise<unknown> = Promise.resolve()

  return {
    of: async (query) => {
      const key = `${query.windowSeconds} ${query.positiveThreshold}`
      const trend = known.get(key)
      if (trend && Date.now() - trend.until.getTime() < maxAgeMs) return trend
      const running = reading.get(key)
      if (running) return running
      const attempt = last
        .then(() => readTrend(sql, query))
        .then((read) => {
          known.set(key, read)
          return read
        })
        .finally(() => reading.delete(key))
      reading.set(key, attempt)
      last = attempt.catch(() => {})
      return attempt
    },
  }
}

const maxAgeMs = 5000
const maxItems = 50_000

async function readTrend(sql: Sql, { windowSeconds, positiveThreshold }: TrendQuery): Promise<Trend> {
  const until = new Date()
  const [start, startBefore] = [1, 2].map((n) => new Date(until.getTime() - n * windowSeconds * 1000))
  const items = await sql<TrendingItem[]>`
    select item_id as "itemId", (count - before) / sqrt(count + before) as score, count, before as "countBefore"
    from (
      select item_id, count(*) filter (where rated_at > ${start!}) as count,
        count(*) filter (where rated_at <= ${start!}) as before
      from ratings
      where rated_at > ${startBefore!} and rated_at <= ${until} ${isPositive(sql, positiveThreshold)}
      group by item_id
    ) counts
    where count > 0
    order by score desc, count desc, item_id limit ${maxItems}`
  return { items, until }
}

/** Models compare 32-bit floats, to which a value a bit below the threshold is rounded up. */
function isPositive(sql: Sql, threshold: number | undefined) {
  if (threshold === undefined) return sql``
  return sql`and value >= ${threshold - Math.abs(threshold) * 2 ** -24}`
}

function bytesOfTrend({ items }: Trend, key: string): number {
  return items.reduce((sum, { itemId }) => sum + bytesOfText(itemId) + 100, bytesOfText(key))
}
