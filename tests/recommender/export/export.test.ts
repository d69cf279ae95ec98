import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPostgresUserHistories } from '../../../src/ratings/postgres-user-histories.ts'
import { createPostgresUserRatings } from '../../../src/ratings/postgres-user-ratings.ts'
import {
  type EmbeddingPage,
  itemEmbeddings,
  userEmbeddings,
} from '../../../src/recommender/export/embeddings.ts'
import { writeParquet } from '../../../src/recommender/export/parquet-embeddings.ts'
import { writeEmbeddings } from '../../../src/recommender/export/postgres-embeddings.ts'
import { InferenceModel } from '../../../src/recommender/inference/inference-model.ts'
import { similarItems } from '../../../src/recommender/inference/similar-items.ts'
import { createTestDatabase } from '../../db/test-database.ts'
import { openProjection, projectionArtifact } from '../../registry/projection-model.ts'

const database = await createTestDatabase()
const ratings = createPostgresUserRatings(database)
const folder = await mkdtemp(join(tmpdir(), 'embeddings-'))
const artifact = projectionArtifact(0.1)
const model = new InferenceModel(openProjection(artifact), artifact.popularity)
const users = () => userEmbeddings(model, artifact.items, createPostgresUserHistories(database))
const items = () => itemEmbeddings(model, artifact.items)
const name = { model: 'projection', version: 3 }

afterAll(() => rm(folder, { recursive: true }))

beforeAll(async () => {
  await ratings.save([
    { userId: 'u\t1', itemId: 'd', value: 4 },
    { userId: 'v', itemId: 'a', value: 2 },
    { userId: 'v', itemId: 'b', value: 2 },
    { userId: 'unknown', itemId: 'new', value: 5 },
    { userId: 'c', itemId: 'c', value: 1 },
  ])
})

const readBack = async (path: string) => parquetReadObjects({ file: await asyncBufferFromFile(path) })

describe('as Parquet', () => {
  test('users have a mean and std; users whose items the model does not know are left out', async () => {
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

  test('items have vectors and no std', async () => {
    const path = join(folder, 'items.parquet')
    expect(await writeParquet(path, items(), { model: 'projection' })).toBe(4)
    const [first] = await readBack(path)
    expect(first).toMatchObject({ id: 'a', embedding: [1, expect.closeTo(0.1)] })
    expect(first!.std ?? null).toBeNull()
  })

  test('no file is left when writing fails', async () => {
    async function* breaking(): AsyncGenerator<EmbeddingPage> {
      yield* items()
      throw new Error('failed')
    }
    await expect(writeParquet(join(folder, 'broken.parquet'), breaking(), {})).rejects.toThrow('failed')
    expect(await readdir(folder)).toEqual(expect.not.arrayContaining([expect.stringContaining('broken')]))
  })
})

test('the cosine of the exported item vectors less their mean has the order and the scores of similar items', async () => {
  const vectors: (readonly number[])[] = []
  for await (const { embeddings } of items())
    for (const { mean } of embeddings) vectors.push(Array.from(mean))
  const mean = vectors[0]!.map(
    (_, n) => vectors.reduce((sum, vector) => sum + vector[n]!, 0) / vectors.length,
  )
  const centered = vectors.map((vector) => vector.map((value, n) => value - mean[n]!))
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, n) => sum + value * b[n]!, 0)
  for (const [item, vector] of centered.entries()) {
    const expected = centered
      .map((other, n) => ({ n, cosine: dot(vector, other) / Math.hypot(...vector) / Math.hypot(...other) }))
      .filter(({ n }) => n !== item)
      .sort((a, b) => b.cosine - a.cosine)
    const none = new Int32Array(0)
    const found = await similarItems(model, {
      kind: 'similar-items',
      item,
      k: 3,
      excluded: none,
      allowed: null,
    })
    expect(Array.from(found.items)).toEqual(expected.map(({ n }) => n))
    for (const [n, score] of found.scores.entries()) expect(score).toBeCloseTo(expected[n]!.cosine, 5)
  }
})

describe('in Postgres', () => {
  const stored = () => database.sql`select * from user_embeddings order by user_id`

  test('embeddings are written as lists of numbers and replace the previous ones', async () => {
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

  test('embeddings are vectors if the server has pgvector, and lists if the table was created without it', async (context) => {
    const { sql } = database
    const [pgvector] = await sql`select from pg_available_extensions where name = 'vector'`
    context.skip(pgvector === undefined, 'needs TEST_DATABASE_URL with pgvector')
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

  test('only items in the database are written', async () => {
    expect(await writeEmbeddings(database, 'items', name, items())).toBe(4)
  })

  test('the previous rows are kept when writing fails', async () => {
    async function* breaking(): AsyncGenerator<EmbeddingPage> {
      yield* users()
      throw new Error('failed')
    }
    await expect(writeEmbeddings(database, 'users', name, breaking())).rejects.toThrow('failed')
    expect(await stored()).toHaveLength(3)
  })

  test('erasing a user deletes its embeddings', async () => {
    await ratings.erase('v')
    expect((await stored()).map(({ user_id }) => user_id)).toEqual(['c', 'u\t1'])
  })
})
