import { expect, test } from 'vitest'
import { countActivity } from '../../src/ratings/postgres-activity.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { createTestDatabase } from '../db/test-database.ts'

const database = await createTestDatabase()

test('counts users and items by their number of ratings', async () => {
  expect(await countActivity(database.sql)).toEqual({ users: [], items: [] })
  // of n users, the first rates n items, the next one less, and so on
  await createPostgresUserRatings(database).save(
    Array.from({ length: 5 }, (_, user) =>
      Array.from({ length: 5 - user }, (_, item) => ({ userId: `u${user}`, itemId: `i${item}`, value: 3 })),
    ).flat(),
  )
  const bins = [
    { from: 1, to: 1, count: 1 },
    { from: 2, to: 4, count: 3 },
    { from: 5, to: 9, count: 1 },
  ]
  expect(await countActivity(database.sql)).toEqual({ users: bins, items: bins })
})
