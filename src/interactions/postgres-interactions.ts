import type { Sql, Transaction } from '../db/database.ts'
import { readBinaryRatings } from './binary-copy.ts'
import { createIdMap, type IdMap } from './id-map.ts'
import type { Interactions, KindSummary } from './interactions.ts'
import { interactionsFromEntries } from './interactions-from-entries.ts'
import { createRatingEntries, type RatingEntries } from './rating-entries.ts'

/**
 * All ratings in the database as one consistent snapshot, streamed into typed arrays, without users and items that have
 * no rating. Users and items are ordered by the code points of their ids.
 *
 * @param until later ratings are left out; ratings without a time are included
 */
export async function loadInteractions(sql: Sql, until?: Date): Promise<Interactions> {
  const { userIds, itemIds, entries, kinds } = await sql.begin(
    'isolation level repeatable read read only',
    async (transaction) => {
      // an ANALYZE while a large import runs makes the tables look nearly empty
      await transaction`set local enable_nestloop = off`
      return {
        userIds: await idsOf(transaction, 'users'),
        itemIds: await idsOf(transaction, 'items'),
        entries: await readEntries(transaction, until),
        kinds: await summarizeKinds(transaction, until),
      }
    },
  )
  const users = dropUnused(userIds, entries.row)
  const items = dropUnused(itemIds, entries.column)
  return { ...interactionsFromEntries(users, items, entries), kinds }
}

async function summarizeKinds(transaction: Transaction, until: Date | undefined): Promise<KindSummary[]> {
  const kinds = await transaction<KindSummary[]>`
    select kind, count(*)::integer as count, min(value)::double precision as lowest from ratings
    ${until ? transaction`where rated_at is null or rated_at <= ${until}` : transaction``}
    group by kind order by kind`
  return [...kinds]
}

/** In the order of the columns' collation "C", which is that of code points. */
async function idsOf(transaction: Transaction, table: 'users' | 'items'): Promise<readonly string[]> {
  const rows = await transaction<{ id: string }[]>`select id from ${transaction(table)} order by id`
  return rows.map(({ id }) => id)
}

/** The ratings, with users and items numbered in the order of `idsOf`. */
async function readEntries(transaction: Transaction, until: Date | undefined): Promise<RatingEntries> {
  const builder = createRatingEntries()
  const stream = await transaction`
    copy (
      with numbered_users as (select id, row_number() over (order by id) - 1 as number from users),
      numbered_items as (select id, row_number() over (order by id) - 1 as number from items)
      select numbered_users.number::integer, numbered_items.number::integer, ratings.value,
        extract(epoch from ratings.rated_at)::double precision
      from ratings
      join numbered_users on numbered_users.id = ratings.user_id
      join numbered_items on numbered_items.id = ratings.item_id
      ${until ? transaction.unsafe(`where rated_at is null or rated_at <= '${until.toISOString()}'`) : transaction``}
    ) to stdout (format binary)`.readable()
  await readBinaryRatings(stream, builder.push)
  // the driver pauses its connection while the stream is full, and would not resume it if the stream ends full
  stream._read(0)
  return builder.build()
}

/** The ids whose numbers occur; `numbers` are replaced by their positions among these. */
function dropUnused(ids: readonly string[], numbers: Int32Array): IdMap {
  const isUsed = new Uint8Array(ids.length)
  for (const number of numbers) isUsed[number] = 1
  const places = new Int32Array(ids.length)
  for (let number = 1; number < ids.length; number++)
    places[number] = places[number - 1]! + isUsed[number - 1]!
  for (let n = 0; n < numbers.length; n++) numbers[n] = places[numbers[n]!]!
  return createIdMap(ids.filter((_, number) => isUsed[number] === 1))
}
