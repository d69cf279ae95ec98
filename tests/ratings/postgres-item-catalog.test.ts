import { afterAll, expect, test } from 'vitest'
import { openChangeFeed } from '../../src/db/change-feed.ts'
import { createPostgresItemCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { createTestDatabase } from '../db/test-database.ts'

const database = await createTestDatabase()
const changes = openChangeFeed(database.sql)
const catalog = createPostgresItemCatalog(database, changes)
afterAll(() => changes.close())

test('the catalog is one object until an item changes, and contains only items with a title or attributes', async () => {
  await database.sql`
    insert into items (id, title, attributes)
    values ('a', 'Alpha', '{}'), ('b', null, '{"year": 1999}'), ('bare', null, '{}')`
  await expect.poll(() => changes.isCurrent()).toBe(true)
  await expect.poll(async () => (await catalog.read()).size, { timeout: 5000 }).toBe(2)
  const before = await catalog.read()
  expect(await catalog.read()).toBe(before)
  expect(before.get('b')).toEqual({ title: null, attributes: { year: 1999 } })
  await database.sql`update items set title = 'Beta' where id = 'b'`
  await expect.poll(async () => (await catalog.read()).get('b')?.title, { timeout: 5000 }).toBe('Beta')
  expect(before.get('b')?.title).toBeNull()
})
