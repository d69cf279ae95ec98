// The data of the benchmark: synthetic users in Postgres and a champion with random weights.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../../src/db/database.ts'
import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { createRandom } from '../../../src/random/random.ts'
import type { Registry } from '../../../src/registry/registry.ts'
import { syntheticRatings } from '../synthetic-ratings.ts'
import type { LoadTask } from './run-load.ts'
import { itemIdOf, publishUntrained } from './untrained-champion.ts'

export interface World {
  readonly ratings: CsrMatrix
  /** All histories as JSON: `{ user: [[item, rating], …] }`. */
  readonly historiesPath: string
  readonly requests: LoadTask['requests']
}

const worldUsers = 2000
/** On average, as in MovieLens 20M. */
const ratingsPerUser = 144

/** Fills the database, publishes the champion and draws the requests. */
export async function createWorld(
  { sql }: Pick<Database, 'sql'>,
  registry: Registry,
  folder: string,
  { model, items }: { model: string; items: number },
): Promise<World> {
  const ratings = syntheticRatings({ users: worldUsers, items, ratings: worldUsers * ratingsPerUser }, 1)
  await saveRatings(sql, ratings)
  await publishUntrained(registry, ratings, model)
  const historiesPath = join(folder, 'histories.json')
  await writeFile(historiesPath, JSON.stringify(historiesOf(ratings)))
  return { ratings, historiesPath, requests: drawRequests(ratings) }
}

export function userIdOf(user: number): string {
  return `u${user}`
}

/** Saves the users, the items and their ratings. */
export async function saveRatings(
  sql: Database['sql'],
  { rows, columns, offsets, indices, values }: CsrMatrix,
): Promise<void> {
  await sql`insert into users (id) select 'u' || n from generate_series(0, ${rows - 1}::int) n`
  await sql`
    insert into items (id, title) select n::text, 'Item ' || n from generate_series(1, ${columns}::int) n`
  for (let user = 0; user < rows; user += userBatchSize) {
    const [start, end] = [offsets[user]!, offsets[Math.min(rows, user + userBatchSize)]!]
    const owners = Array.from({ length: Math.min(rows - user, userBatchSize) }, (_, n) =>
      new Array<string>(offsets[user + n + 1]! - offsets[user + n]!).fill(userIdOf(user + n)),
    ).flat()
    await sql`
      insert into ratings (user_id, item_id, value)
      select * from unnest(${owners}::text[], ${Array.from(indices.subarray(start, end), itemIdOf)}::text[],
        ${[...values.subarray(start, end)]}::float8[])`
  }
  await sql`analyze`
}

const userBatchSize = 250

function historiesOf(ratings: CsrMatrix): Record<string, [string, number][]> {
  const history = (user: number) =>
    Array.from({ length: ratings.offsets[user + 1]! - ratings.offsets[user]! }, (_, n): [string, number] => [
      itemIdOf(ratings.indices[ratings.offsets[user]! + n]!),
      ratings.values[ratings.offsets[user]! + n]!,
    ])
  return Object.fromEntries(
    Array.from({ length: ratings.rows }, (_, user) => [userIdOf(user), history(user)]),
  )
}

/** Of twenty requests seventeen are for known users, one is for a new user, and two send a history. */
export function drawRequests(ratings: CsrMatrix): LoadTask['requests'] {
  const random = createRandom(1, 'visitors')
  return Array.from({ length: 4000 }, (_, n) => {
    if (n % 20 === 0) return { path: `/recommend/new-${n}` }
    if (n % 20 > 2) return { path: `/recommend/${userIdOf(random.integer(ratings.rows))}` }
    const history = Array.from({ length: 1 + random.integer(20) }, () => ({
      itemId: itemIdOf(ratings.indices[random.integer(ratings.indices.length)]!),
      value: 1 + random.integer(5),
    }))
    return { path: '/recommend', body: { history } }
  })
}
