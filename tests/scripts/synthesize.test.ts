import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { synthesize } from '../../scripts/synthesize/synthesize.ts'
import { readRatings } from '../../scripts/terminal/read-ratings.ts'
import { rowIndices } from '../../src/interactions/csr/csr-matrix.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { createRandom } from '../../src/random/random.ts'
import { strongGeneralization } from '../../src/splits/strong-generalization.ts'

const folder = await mkdtemp(join(tmpdir(), 'synthesize-'))
afterAll(() => rm(folder, { recursive: true }))
const { signal } = new AbortController()

const userIds = Array.from({ length: 200 }, (_, n) => `u${n}`)
/** Two groups of ten items. Each user rates eight items of one group, except `both`, who rates four of each. */
async function writeRatings(both?: string): Promise<string> {
  const random = createRandom(7)
  const pick = (group: number, count: number) =>
    Array.from(random.permutation(10).subarray(0, count), (n) => `i${10 * group + n}`)
  const lines = userIds.flatMap((userId, n) => {
    const items = userId === both ? [...pick(0, 4), ...pick(1, 4)] : pick(n % 2, 8)
    return items.map((itemId) => `${userId},${itemId},5`)
  })
  const path = join(folder, 'ratings.csv')
  await writeFile(path, ['userId,itemId,rating', ...lines, ''].join('\n'))
  return path
}

test('a real user whom the VAE was not trained on is not copied either', async () => {
  const split = strongGeneralization(await readRatings(await writeRatings(), {}, signal), {
    seed: 1,
    positiveThreshold: 4,
  })
  const heldOut = userIds.find((id) => split.users.indexOf(id) === undefined)!
  const ratings = await writeRatings(heldOut)
  const out = join(folder, 'synthetic.csv')
  const { copies, generator } = await synthesize(
    {
      ...{ ratings, out, users: 100, around: [heldOut], seed: 1, positiveThreshold: 4 },
      ...{ model: 'mult-vae', set: { epochs: 3, latent: 4, hidden: [] }, backend: 'cpu' },
    },
    signal,
  )
  expect(generator.trainingUsers).toBe(160)
  expect(await readFile(out, 'utf8')).toMatch(/^userId,itemId,rating\nsynthetic-1,i\d+,5\n/)
  // only this user has items of both groups, so that each pair across the groups has no other owner
  expect(copies).toMatchObject({ synthetic: 0, real: 0 })
  expect(copies.redrawn).toBeGreaterThan(0)
  const itemsOf = ({ matrix, items }: Interactions, user: number) =>
    Array.from(rowIndices(matrix, user), (item) => items.idOf(item))
  const real = await readRatings(ratings, {}, signal)
  const rated = new Set(itemsOf(real, real.users.indexOf(heldOut)!))
  const synthetic = await readRatings(out, {}, signal)
  for (let user = 0; user < synthetic.users.size; user++) {
    const groups = itemsOf(synthetic, user)
      .filter((id) => rated.has(id))
      .map((id) => id.length)
    expect(new Set(groups).size).toBeLessThan(2)
  }
})
