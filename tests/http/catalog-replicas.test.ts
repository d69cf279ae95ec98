// Two replicas over one database, each with its own memory, and concurrent writers.
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { openChangeFeed } from '../../src/db/change-feed.ts'
import { connect } from '../../src/db/database.ts'
import { createApp } from '../../src/http/app.ts'
import { createPostgresItemCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { LiveChampions } from '../../src/recommender/live-champions.ts'
import { openProjection } from '../registry/projection-model.ts'
import { createTestApp, post } from './test-app.ts'

const { app: _, train, database, ...dependencies } = await createTestApp()
const { registry, log } = dependencies

beforeAll(async () => {
  await train()
})

async function openReplica() {
  const replica = connect(database.url)
  const changes = openChangeFeed(replica.sql)
  const catalog = createPostgresItemCatalog(replica, changes)
  const champions = new LiveChampions({ registry, open: localInference(openProjection), catalog, log })
  onTestFinished(async () => {
    await Promise.all([changes.close(), champions.close()])
    await replica.close()
  })
  await champions.refresh()
  // from now on the memory is used
  await vi.waitUntil(() => changes.isCurrent(), { timeout: 30_000 })
  const app = createApp({ ...dependencies, catalog, champions, pingDatabase: async () => {} })
  const listed = async () => {
    const response = await app.request('/recommend/unknown')
    return ((await response.json()) as { items: { itemId: string }[] }).items.map(({ itemId }) => itemId)
  }
  return { app, listed }
}

test('an item hidden at one replica is in no list there from the next response on, and soon at the other', async () => {
  const [here, there] = [await openReplica(), await openReplica()]
  for (const { listed } of [here, there]) expect(await listed()).toEqual(['c', 'a', 'd', 'b'])
  for (const hidden of [true, false, true]) {
    const put = await here.app.request('/items/a', { ...post({ hidden }), method: 'PUT' })
    expect(put.status).toBe(200)
    expect((await here.listed()).includes('a')).toBe(!hidden)
    await expect.poll(async () => (await there.listed()).includes('a')).toBe(!hidden)
  }
})

test('a replica follows changes by SQL, and reads nothing again for other changes', async () => {
  const { listed } = await openReplica()
  await database.sql`truncate items cascade`
  await database.sql`insert into items (id, title) values ('a', 'A'), ('b', 'B'), ('c', null)`
  await expect.poll(listed).toEqual(['c', 'a', 'd', 'b'])
  await database.sql`update items set available_until = now() where id in ('a', 'b')`
  await expect.poll(listed).toEqual(['c', 'd'])
  await database.sql`delete from items where id = 'c'`
  await expect.poll(listed).toEqual(['d'])
  await database.sql`insert into items (id) values ('c'), ('e')`
  await expect.poll(listed).toEqual(['c', 'd'])
  await database.sql`update items set available_until = null`
  await expect.poll(listed).toEqual(['c', 'a', 'd', 'b'])
})

test('during a flood of changes, each response has what was committed before its request', async () => {
  const { app, listed } = await openReplica()
  let isFlooding = true
  const flood = (async () => {
    while (isFlooding)
      for (const hidden of [true, false])
        await database.sql`update items set hidden = ${hidden} where id = 'd'`
  })()
  for (const hidden of [true, false, true, false, true]) {
    await app.request('/items/b', { ...post({ hidden }), method: 'PUT' })
    const lists = await Promise.all([listed(), listed(), listed()])
    for (const list of lists) expect(list.includes('b')).toBe(!hidden)
  }
  isFlooding = false
  await flood
})
