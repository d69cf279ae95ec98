// Two replicas over one database, each with histories in its own memory.
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { openChangeFeed } from '../../src/db/change-feed.ts'
import { connect } from '../../src/db/database.ts'
import { createApp } from '../../src/http/app.ts'
import { cacheUserRatings } from '../../src/ratings/cached-user-ratings.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { createTestApp } from './test-app.ts'

const { app: _, train, database, ...dependencies } = await createTestApp()

beforeAll(async () => {
  await train()
})

/** A replica, and for each request for a history whether it was cached. */
function openReplica() {
  const { sql, db, close } = connect(database.url)
  const changes = openChangeFeed(sql)
  onTestFinished(async () => {
    changes.close()
    await close()
  })
  const requested: boolean[] = []
  const source = createPostgresUserRatings({ db })
  const ratings = cacheUserRatings(source, changes, {
    historyRequested: (isCached) => requested.push(isCached),
  })
  const app = createApp({ ...dependencies, ratings, pingDatabase: async () => {} })
  const historySize = async (userId: string) => {
    const response = await app.request(`/recommend/${userId}`)
    return ((await response.json()) as { historySize: number }).historySize
  }
  return { app, requested, historySize }
}

test('a user erased at one replica is unknown there at once, and soon at the other', async () => {
  await dependencies.ratings.save(['a', 'b'].map((itemId) => ({ userId: 'leaving', itemId, value: 4 })))
  const [here, there] = [openReplica(), openReplica()]
  for (const { historySize, requested } of [here, there]) {
    // once the feed is current, histories come from the cache
    await expect.poll(async () => (await historySize('leaving')) === 2 && requested.at(-1)).toBe(true)
  }
  const erased = await here.app.request('/users/leaving', { method: 'DELETE' })
  expect(erased.status).toBe(200)
  expect(await here.historySize('leaving')).toBe(0)
  await expect.poll(() => there.historySize('leaving')).toBe(0)
})
