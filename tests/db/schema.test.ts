import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { champions, items, modelVersions, ratings, trainingRuns, users } from '../../src/db/schema.ts'
import { createTestDatabase } from './test-database.ts'

const { sql, db } = await createTestDatabase()

const version = (model: string, number: number) => ({
  model,
  version: number,
  hyperparameters: { hidden: 500 },
  seed: 2 ** 52,
  dataFingerprint: 'f',
  data: { users: 1, items: 1, ratings: 1 },
  metrics: {},
  backend: 'cpu',
  artifactKey: `${model}/${number}`,
  artifactSha256: 'a'.repeat(64),
  artifactBytes: 6_000_000_000,
})

const promotion = { promotedBy: 'test', reason: 'test' }

/** The name of the constraint that refuses a statement. */
async function refusal(statement: PromiseLike<unknown>): Promise<string | undefined> {
  const error = await Promise.resolve(statement).then(
    () => new Error('accepted'),
    (error: Error) => error,
  )
  return ((error.cause ?? error) as { constraint_name?: string }).constraint_name
}

describe('ratings', () => {
  test('there is one a user and item, whose user and item exist', async () => {
    await db.insert(users).values([{ id: 'ada' }, { id: 'ben' }])
    await db.insert(items).values([{ id: 'film', title: 'Metropolis', attributes: { year: 1927 } }])
    await db.insert(ratings).values({ userId: 'ada', itemId: 'film', value: 4.5 })
    const rate = (userId: string, itemId: string) => db.insert(ratings).values({ userId, itemId, value: 1 })
    expect(await refusal(rate('ada', 'film'))).toBe('ratings_user_id_item_id_pk')
    expect(await refusal(rate('eve', 'film'))).toBe('ratings_user_id_users_id_fk')
    expect(await refusal(rate('ben', 'book'))).toBe('ratings_item_id_items_id_fk')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'a value of %s is refused',
    async (value) => {
      const statement = db.insert(ratings).values({ userId: 'ben', itemId: 'film', value })
      expect(await refusal(statement)).toBe('ratings_value_is_finite')
    },
  )

  test.each(['', 'Rating', 'rating ', '1st', 'a'.repeat(33), 'view, cart'])(
    'the kind %j is refused',
    async (kind) => {
      const statement = db.insert(ratings).values({ userId: 'ben', itemId: 'film', value: 3, kind })
      expect(await refusal(statement)).toBe('ratings_kind_is_a_name')
    },
  )

  test.each(['view', 'watch-list_2', 'a'.repeat(32)])('the kind %j is stored', async (kind) => {
    await db.insert(users).values({ id: kind })
    await db.insert(ratings).values({ userId: kind, itemId: 'film', value: 3, kind })
    expect(await db.select().from(ratings).where(eq(ratings.userId, kind))).toMatchObject([{ kind }])
    await db.delete(users).where(eq(users.id, kind))
  })

  test('a time without end is refused', async () => {
    const statement = sql`insert into ratings values ('ben', 'film', 3, 'infinity')`
    expect(await refusal(statement)).toBe('ratings_rated_at_is_finite')
  })

  test('they go when their user goes, and an item that is rated stays', async () => {
    await db.insert(users).values({ id: 'cy' })
    await db.insert(ratings).values({ userId: 'cy', itemId: 'film', value: 2 })
    await db.delete(users).where(eq(users.id, 'cy'))
    expect(await db.select().from(ratings).where(eq(ratings.userId, 'cy'))).toEqual([])
    expect(await refusal(db.delete(items))).toBe('ratings_item_id_items_id_fk')
  })

  test('the user is part of every key and foreign key', async () => {
    const keys = await sql<{ name: string; columns: string[] }[]>`
      select conname as name,
        array(
          select attname::text from pg_attribute where attrelid = conrelid and attnum = any (conkey)
          order by array_position(conkey, attnum)
        ) as columns
      from pg_constraint where conrelid = 'ratings'::regclass and contype in ('p', 'u')`
    expect(keys).toEqual([{ name: 'ratings_user_id_item_id_pk', columns: ['user_id', 'item_id'] }])
  })

  test('ids are ordered by code point, whatever the locale', async () => {
    await db.insert(items).values(['b', 'B', 'a', 'é', '10', '9', '_'].map((id) => ({ id })))
    const ordered = await sql<{ id: string }[]>`select id from items where id <> 'film' order by id`
    expect(ordered.map(({ id }) => id)).toEqual(['10', '9', 'B', '_', 'a', 'b', 'é'])
  })
})

describe('models', () => {
  test('large numbers and JSON come back as they went in', async () => {
    await db.insert(modelVersions).values(version('mult-vae', 1))
    expect(await db.select().from(modelVersions)).toMatchObject([version('mult-vae', 1)])
  })

  test('a champion is a version that exists, and one a model', async () => {
    await db.insert(champions).values({ model: 'mult-vae', version: 1, isDefault: true, ...promotion })
    const second = db.insert(champions).values({ model: 'mult-vae', version: 1, ...promotion })
    expect(await refusal(second)).toBe('champions_pkey')
    const unknown = db.insert(champions).values({ model: 'i-autorec', version: 1, ...promotion })
    expect(await refusal(unknown)).toBe('champions_version_fk')
  })

  test('one model at most is the default', async () => {
    await db.insert(modelVersions).values([version('u-autorec', 1), version('i-autorec', 1)])
    await db.insert(champions).values({ model: 'u-autorec', version: 1, ...promotion })
    const second = db
      .insert(champions)
      .values({ model: 'i-autorec', version: 1, isDefault: true, ...promotion })
    expect(await refusal(second)).toBe('champions_one_default')
  })

  test('a parent is an earlier version of the same model', async () => {
    const orphan = db.insert(modelVersions).values({ ...version('mult-vae', 2), parentVersion: 7 })
    expect(await refusal(orphan)).toBe('model_versions_parent_fk')
  })

  test('a digest that is no SHA-256 is refused', async () => {
    const wrong = db.insert(modelVersions).values({ ...version('mult-vae', 3), artifactSha256: 'abc' })
    expect(await refusal(wrong)).toBe('model_versions_sha256_is_hex')
  })

  test('a training run has an end exactly when it runs no longer', async () => {
    const run = { model: 'mult-vae', hyperparameters: {}, seed: 1, dataFingerprint: 'f', backend: 'cpu' }
    const [started] = await db.insert(trainingRuns).values(run).returning()
    expect(started).toMatchObject({ status: 'running', finishedAt: null, startedAt: expect.any(Date) })
    const endless = db.insert(trainingRuns).values({ ...run, status: 'finished' })
    expect(await refusal(endless)).toBe('training_runs_end_when_not_running')
    const unknown = sql`update training_runs set status = 'asleep', finished_at = now()`
    expect(await refusal(unknown)).toBe('training_runs_status_is_known')
  })
})
