import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRatings } from '../../scripts/terminal/read-ratings.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { rowIndices } from '../../src/interactions/csr/csr-matrix.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { findModel } from '../../src/models/models.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { fit } from '../../src/training/fit.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { provenance } from '../registry/test-registry.ts'
import { runCommandHere } from '../run-command-here.ts'

let folder: string

// users of the plan "pro" rate even items, others odd ones; each fifth user has no label
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'palate-attribute-'))
  const users = Array.from({ length: 60 }, (_, user) => user)
  const ratings = users.flatMap((user) =>
    Array.from({ length: 8 }, (_, n) => `u${user},i${2 * ((user * 7 + n * 3) % 12) + (user % 2)},1`),
  )
  await writeFile(join(folder, 'ratings.csv'), ['userId,itemId,rating', ...ratings].join('\n'))
  const labels = users.filter((user) => user % 5 > 0).map((user) => `u${user},${user % 2 ? 'free' : 'pro'}`)
  await writeFile(join(folder, 'labels.csv'), ['userId,plan', ...labels].join('\n'))
  await writeFile(join(folder, 'limits.config.mjs'), "export default { offLimitsAttributes: ['Plan'] }")
})

afterAll(() => rm(folder, { recursive: true }))

const runOnFile = (...args: string[]) => run('--ratings', join(folder, 'ratings.csv'), ...args)

function run(...args: string[]) {
  const labels = args.includes('--labels') ? [] : ['--labels', join(folder, 'labels.csv')]
  return runCommandHere('predict-attribute', [...labels, ...args], {
    env: { PALATE_BACKEND: 'cpu', PALATE_HOME: folder },
  })
}

test('predicts the attribute of users without a label from those with one', async () => {
  const out = join(folder, 'plans.csv')
  const small = ['--set', 'epochs=30', '--set', 'latent=4', '--set', 'hidden=[]']
  const { code, stdout, stderr } = await runOnFile('--attribute', 'plan', '--out', out, '--json', ...small)
  expect(code, stderr).toBe(0)
  const { accuracy, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({
    attribute: 'plan',
    model: 'mult-vae',
    labels: 48,
    values: ['free', 'pro'],
    predicted: 12,
    file: out,
  })
  expect(accuracy.embeddings.mean).toBeGreaterThan(0.9)
  expect(accuracy.mostFrequent.mean).toBeLessThan(0.7)
  const [header, ...lines] = (await readFile(out, 'utf8')).trim().split('\n')
  expect(header).toBe('userId,value,margin')
  expect(lines).toHaveLength(12)
  for (const line of lines) {
    const [userId, value] = line.split(',')
    expect(value).toBe(Number(userId!.slice(1)) % 2 ? 'free' : 'pro')
  }
})

test('refuses attributes that are off limits, and those that are not in the labels', async () => {
  const refused = await runOnFile('--attribute', 'plan', '--config', join(folder, 'limits.config.mjs'))
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('The attribute plan is off limits'),
  })
  const unknown = await runOnFile('--attribute', 'age')
  expect(unknown).toMatchObject({
    code: 11,
    stderr: expect.stringContaining('has no column age; its columns are userId, plan'),
  })
})

test('refuses hyperparameters for a champion, with exit code 2', async () => {
  expect(await run('--attribute', 'plan', '--set', 'epochs=30')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--set is for a model that is trained on --ratings'),
  })
})

test('states what is wrong with the labels, with the exit code of other input', async () => {
  const [empty, few] = [join(folder, 'empty.csv'), join(folder, 'few.csv')]
  await writeFile(empty, '')
  await writeFile(few, 'userId,plan\nu1,free\nu2,pro\nunknown,pro\n')
  expect(await runOnFile('--attribute', 'plan', '--labels', empty)).toMatchObject({
    code: 11,
    stderr: expect.stringContaining('has no header: its first line must name the columns userId and plan'),
  })
  expect(await runOnFile('--attribute', 'plan', '--labels', join(folder, 'none.csv'))).toMatchObject({
    code: 11,
    stderr: expect.stringContaining('ENOENT'),
  })
  const small = ['--set', 'epochs=1', '--set', 'latent=4', '--set', 'hidden=[]']
  expect(await runOnFile('--attribute', 'plan', '--labels', few, ...small)).toMatchObject({
    code: 11,
    stderr: expect.stringContaining('labels 2 users with ratings, with 2 different values'),
  })
})

test('predicts by the embeddings of a champion, also of users and items that came after its training', async () => {
  const database = await createTestDatabase()
  const registry = openRegistry(database, { home: folder })
  await useBackend('cpu')
  const stored = await readRatings(join(folder, 'ratings.csv'), {}, new AbortController().signal)
  const eventsOf = (userId: string, offset: number) =>
    Array.from({ length: 8 }, (_, n) => ({ userId, itemId: `i${2 * n + offset}`, value: 1 }))
  const rows = Array.from({ length: 60 }, (_, user) => ({
    userId: `u${user}`,
    items: rowIndices(stored.matrix, stored.users.indexOf(`u${user}`)!),
  }))
  await createPostgresUserRatings(database).save(
    rows.flatMap(({ userId, items }) =>
      Array.from(items, (item) => ({ userId, itemId: stored.items.idOf(item), value: 1 })),
    ),
  )
  const data = await loadInteractions(database.sql)
  const { weights, hyperparameters } = await fit({
    model: findModel('ials'),
    hyperparameters: { latent: 4 },
    train: data.matrix,
    seed: 1,
  })
  await registry.publish(
    artifactOf({ model: 'ials', hyperparameters: { ...hyperparameters }, weights }, data),
    provenance,
  )
  await registry.promote({ model: 'ials', version: 1 }, { by: 'a test', reason: 'to serve' })
  await createPostgresUserRatings(database).save([
    ...eventsOf('late pro', 0),
    ...eventsOf('late free', 1),
    { userId: 'late pro', itemId: 'new item', value: 1 },
  ])

  const out = join(folder, 'by-champion.csv')
  const env = { PALATE_BACKEND: 'cpu', PALATE_HOME: folder, DATABASE_URL: database.url }
  const args = [
    '--labels',
    join(folder, 'labels.csv'),
    '--attribute',
    'plan',
    '--model',
    'ials',
    '--out',
    out,
    '--json',
  ]
  const { code, stdout, stderr } = await runCommandHere('predict-attribute', args, { env })
  expect(code, stderr).toBe(0)
  const { model, labels, predicted, accuracy } = JSON.parse(stdout)
  expect({ model, labels, predicted }).toEqual({ model: 'ials@1', labels: 48, predicted: 14 })
  expect(accuracy.embeddings.mean).toBeGreaterThan(0.9)
  const lines = (await readFile(out, 'utf8')).split('\n')
  expect(lines.find((line) => line.startsWith('late pro,'))).toMatch(/^late pro,pro,/)
  expect(lines.find((line) => line.startsWith('late free,'))).toMatch(/^late free,free,/)
})
