import { afterAll, expect, test } from 'vitest'
import { openChangeFeed } from '../../src/db/change-feed.ts'
import { createPostgresItemCatalog, readTitles } from '../../src/ratings/postgres-item-catalog.ts'
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
  await expect.poll(async () => (await catalog.read()).size).toBe(2)
  const before = await catalog.read()
  expect(await catalog.read()).toBe(before)
  expect(before.get('b')).toEqual({
    title: null,
    attributes: { year: 1999 },
    hidden: false,
    availableFrom: null,
    availableUntil: null,
  })
  await database.sql`update items set title = 'Beta' where id = 'b'`
  await expect.poll(async () => (await catalog.read()).get('b')?.title).toBe('Beta')
  expect(before.get('b')?.title).toBeNull()
})

test('gives current titles, from memory while nothing changes', async () => {
  await database.sql`insert into items (id, title) values ('alien', 'Alien'), ('untitled', null)`
  const titles = async () => Object.fromEntries(await catalog.titles(['alien', 'untitled', 'nowhere']))
  await expect.poll(titles).toEqual({ alien: 'Alien' })
  await database.sql`update items set title = 'Aliens' where id = 'alien'`
  await expect.poll(titles).toEqual({ alien: 'Aliens' })
})

test('reads the titles of known items, whatever their ids', async () => {
  const strange = ["o'brien", '"; drop table users; --', 'a/b', '{a,b}', '\\', '💿', 'NULL', ' ']
  const titles = await readTitles(database, ['a', 'bare', 'unknown', ...strange])
  expect(Object.fromEntries(titles)).toEqual({ a: 'Alpha', bare: null })
  await database.sql`insert into items (id, title) select id, 'T' || id from unnest(${strange}::text[]) id`
  expect(await readTitles(database, strange)).toEqual(new Map(strange.map((id) => [id, `T${id}`])))
  expect(await readTitles(database, [])).toEqual(new Map())
})
