import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPostgresTastes } from '../../../src/ratings/postgres-taste-sample.ts'
import { createPostgresUserRatings } from '../../../src/ratings/postgres-user-ratings.ts'
import {
  type EmbeddingPage,
  type ExportedModel,
  itemEmbeddings,
  userEmbeddings,
} from '../../../src/recommender/export/embeddings.ts'
import { writeParquet } from '../../../src/recommender/export/parquet-embeddings.ts'
import { writeEmbeddings } from '../../../src/recommender/export/postgres-embeddings.ts'
import { createTestDatabase } from '../../db/test-database.ts'
import { openProjection, projectionArtifact } from '../../registry/projection-model.ts'

const database = await createTestDatabase()
const ratings = createPostgresUserRatings(database)
const folder = await mkdtemp(join(tmpdir(), 'embeddings-'))
const artifact = projectionArtifact(0.1)
const model: ExportedModel = { ...artifact, scorer: openProjection(artifact) }
const users = () => userEmbeddings(model, readPostgresTastes(database))
const name = { model: 'projection', version: 3 }

afterAll(() => rm(folder, { recursive: true }))

beforeAll(async () => {
  await ratings.save([
    { userId: 'u\t1', itemId: 'd', value: 4 },
    { userId: 'v', itemId: 'a', value: 2 },
    { userId: 'v', itemId: 'b', value: 2 },
    { userId: 'stranger', itemId: 'unheard', value: 5 },
    { userId: 'c', itemId: 'c', value: 1 },
  ])
})

const readBack = async (path: string) => parquetReadObjects({ file: await asyncBufferFromFile(path) })

describe('as Parquet', () => {
  test('users come with mean and std, whom the model knows nothing of do not', async () => {
    const path = join(folder, 'users.parquet')
    expect(await writeParquet(path, users(), {})).toBe(3)
    const rows = await readBack(path)
    expect(rows.find(({ id }) => id === 'u\t1')).toEqual({
      id: 'u\t1',
      embedding: [expect.closeTo(0.4), 2],
      std: [0.25, 0.25],
    })
    expect(rows.map(({ id }) => id).sort()).toEqual(['c', 'u\t1', 'v'])
  })

  test('items come with their vectors and no std', async () => {
    const path = join(folder, 'items.parquet')
    expect(await writeParquet(path, itemEmbeddings(model), { model: 'projection' })).toBe(4)
    const [first] = await readBack(path)
    expect(first).toMatchObject({ id: 'a', embedding: [1, expect.closeTo(0.1)] })
    expect(first!.std ?? null).toBeNull()
  })

  test('nothing is left of a file that could not be written to its end', async () => {
    async function* breaking(): AsyncGenerator<EmbeddingPage> {
      yield* itemEmbeddings(model)
      throw new Error('broken off')
    }
    await expect(writeParquet(join(folder, 'broken.parquet'), breaking(), {})).rejects.toThrow('broken off')
    expect(await readdir(folder)).toEqual(expect.not.arrayContaining([expect.stringContaining('broken')]))
  })
})

describe('in Postgres', () => {
  const stored = () => database.sql`select * from user_embeddings order by user_id`

  test('embeddings are written as lists of numbers, and again in place of the old ones', async () => {
    expect(await writeEmbeddings(database, 'users', { ...name, version: 2 }, users())).toBe(3)
    expect(await writeEmbeddings(database, 'users', name, users())).toBe(3)
    const rows = await stored()
    expect(rows.map(({ user_id, version }) => [user_id, version])).toEqual([
      ['c', 3],
      ['u\t1', 3],
      ['v', 3],
    ])
    const numbers =
      typeof rows[1]!.embedding === 'string' ? JSON.parse(rows[1]!.embedding) : rows[1]!.embedding
    expect(numbers).toEqual([expect.closeTo(0.4), 2])
  })

  test('they are vectors where the server has pgvector, and lists where the table was made without it', async (context) => {
    const { sql } = database
    const [pgvector] = await sql`select from pg_available_extensions where name = 'vector'`
    context.skip(pgvector === undefined, 'TEST_DATABASE_URL names no server that has pgvector')
    const rows = await sql`
      select user_id, vector_dims(std) as size, embedding <=> '[1, 1]' as distance from user_embeddings
      order by user_id`
    for await (const { ids, embeddings } of users())
      for (const [n, { mean }] of embeddings.entries()) {
        const cosine = (mean[0]! + mean[1]!) / Math.hypot(mean[0]!, mean[1]!) / Math.SQRT2
        const row = rows.find(({ user_id }) => user_id === ids[n])
        expect(row).toMatchObject({ size: 2, distance: expect.closeTo(1 - cosine) })
      }
    await sql`
      alter table user_embeddings
      alter embedding type real[] using embedding::real[], alter std type real[] using std::real[]`
    expect(await writeEmbeddings(database, 'users', name, users())).toBe(3)
    expect((await stored())[1]!.embedding).toEqual([expect.closeTo(0.4), 2])
  })

  test('of items only those that are in the database are written', async () => {
    expect(await writeEmbeddings(database, 'items', name, itemEmbeddings(model))).toBe(4)
  })

  test('are left as they were when writing breaks off', async () => {
    async function* breaking(): AsyncGenerator<EmbeddingPage> {
      yield* users()
      throw new Error('broken off')
    }
    await expect(writeEmbeddings(database, 'users', name, breaking())).rejects.toThrow('broken off')
    expect(await stored()).toHaveLength(3)
  })

  test('go with a user who is erased', async () => {
    await ratings.erase('v')
    expect((await stored()).map(({ user_id }) => user_id)).toEqual(['c', 'u\t1'])
  })
})
