import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import type { DirectModel } from '../../../src/models/model.ts'
import { findModel } from '../../../src/models/models.ts'
import { sparseEase, sparseEaseBytes } from '../../../src/models/sparse-ease/sparse-ease.ts'
import { createRandom } from '../../../src/random/random.ts'
import { largestError, randomSparse } from '../../compute/reference.ts'
import { matrixOf } from '../worlds.ts'

const ratings = randomSparse(80, 12, 0.7, createRandom(1))
const context = { random: createRandom(1) }

beforeAll(async () => {
  await useBackend('cpu')
})

test.each([
  { name: 'ease', given: { regularization: 3 } },
  { name: 'edlae', given: { regularization: 3, dropout: 0.4 } },
])('with all weights scores as $name does', async ({ name, given }) => {
  const scoresOf = async (model: DirectModel, set: object) => {
    const hyperparameters = model.resolve({ positiveThreshold: 3, ...given, ...set }, ratings)
    const scorer = model.open(await model.solve(ratings, hyperparameters, context), hyperparameters)
    return scorer.score(ratings)
  }
  const dense = await scoresOf(findModel(name) as DirectModel, {})
  expect(largestError(await scoresOf(sparseEase as DirectModel, { density: 1 }), dense)).toBeLessThan(1e-4)
})

test('keeps a hundred weights for each item by default, and at most the share that is set', async () => {
  const wide = matrixOf(40, 500, (user, item) => ((user * item) % 3 === 0 ? 5 : undefined))
  expect(sparseEase.resolve({}, wide).density).toBe(0.2)
  const hyperparameters = sparseEase.resolve({ density: 0.01 }, wide)
  const { values } = await sparseEase.solve(wide, hyperparameters, context)
  expect(values!.values.length).toBeLessThanOrEqual(500 * 6)
  expect(values!.values.length).toBeGreaterThan(500 * 3)
})

test('is named where the weights of ease do not fit in memory, with what it needs', async () => {
  const wide = { ...matrixOf(2, 3, () => 5), columns: 2_000_000 }
  const ease = findModel('ease') as DirectModel
  const solved = ease.solve(wide, ease.resolve({}, wide), context)
  const gigabytes = (sparseEaseBytes(2_000_000) / 1e9).toFixed(1)
  await expect(solved).rejects.toThrow(`use sparse-ease, which needs ${gigabytes} GB`)
})
