import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { entryRows } from '../../../src/interactions/csr/csr-matrix.ts'
import { filterEntries } from '../../../src/interactions/csr/select.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { bias } from '../../../src/models/bias.ts'
import { isRatingPredictor, type RatingPredictor } from '../../../src/models/scorer.ts'
import { createRandom } from '../../../src/random/random.ts'
import { writeParquetPredictions } from '../../../src/recommender/export/parquet-predictions.ts'
import { measurePredictionErrors } from '../../../src/recommender/export/prediction-errors.ts'
import { predictMissing } from '../../../src/recommender/export/predictions.ts'
import { mean } from '../../../src/statistics/mean.ts'
import { fit } from '../../../src/training/fit.ts'
import { matrixOf } from '../../models/worlds.ts'

beforeAll(async () => void (await useBackend('cpu')))

const random = createRandom('predictions')
/** Ratings of odd items are four times as noisy as those of even ones. */
const noisy = (item: number) => 3 + (item % 2 === 0 ? 0.25 : 1) * random.normal()
const all = matrixOf(150, 40, (_user, item) => noisy(item))
const isKnown = Uint8Array.from(all.values, () => (random.uniform() < 0.6 ? 1 : 0))
const known = filterEntries(all, (_user, _item, _value, n) => isKnown[n] === 1)
const hidden = filterEntries(all, (_user, _item, _value, n) => isKnown[n] === 0)

async function openBias(): Promise<RatingPredictor> {
  const { weights, hyperparameters } = await fit({ model: bias, train: known, seed: 1 })
  const scorer = bias.open(weights, hyperparameters)
  if (!isRatingPredictor(scorer)) throw new Error('bias predicts ratings')
  return scorer
}

test('every missing pair is predicted as alone, and about 95 % of the hidden ratings are within 1.96 std', async () => {
  const model = await openBias()
  const errors = await measurePredictionErrors(model, known, createRandom(2))
  const predicted = await model.predict(new Int32Array(150).fill(-1), known, hidden)
  const found: { user: number; item: number; rating: number; std: number }[] = []
  for await (const { user, items, ratings, stds } of predictMissing(model, known, errors))
    for (const [n, item] of items.entries()) found.push({ user, item, rating: ratings[n]!, std: stds[n]! })
  const rows = entryRows(hidden)
  expect(found.map(({ user, item }) => [user, item])).toEqual(
    Array.from(hidden.indices, (item, n) => [rows[n], item]),
  )
  for (const [n, { rating }] of found.entries()) expect(rating).toBeCloseTo(predicted[n]!, 5)
  for (const parity of [0, 1]) {
    const isCovered = found.flatMap(({ item, rating, std }, n) =>
      item % 2 === parity ? [Math.abs(rating - hidden.values[n]!) < 1.96 * std] : [],
    )
    const coverage = isCovered.filter(Boolean).length / isCovered.length
    expect(coverage).toBeGreaterThan(0.92)
    expect(coverage).toBeLessThan(0.98)
  }
  const share = (isIn: (n: number) => boolean) => found.filter((_, n) => isIn(n)).length / found.length
  const errorOf = (n: number) => found[n]!.rating - hidden.values[n]!
  // the known ratings, which the model was trained on, are predicted a little better than the hidden ones
  const rmse = Math.sqrt(mean(found.map((_, n) => errorOf(n) ** 2)))
  expect(errors.rmse / rmse).toBeGreaterThan(0.95)
  expect(errors.rmse / rmse).toBeLessThan(1.02)
  expect(errors.coverage).toBeCloseTo(
    share((n) => Math.abs(errorOf(n)) < 1.96 * found[n]!.std),
    1,
  )
})

test('the coverage is that of intervals from other ratings, so that few ratings are not covered by their own errors', async () => {
  // one rating of each item: each is off by its own distance from 3, so that the errors of others say little
  const single = matrixOf(20, 20, (user, item) => (user === item ? (user === 0 ? 1003 : 3.1) : undefined))
  const predict: RatingPredictor['predict'] = async (_users, _histories, targets) =>
    new Float32Array(targets.values.length).fill(3)
  const { std, coverage, rmse } = await measurePredictionErrors(
    { predict, predictUnknownItem: (histories) => new Float32Array(histories.rows) },
    single,
    createRandom(3),
  )
  expect(rmse).toBeCloseTo(Math.sqrt((1000 ** 2 + 19 * 0.1 ** 2) / 20), 3)
  // with its own error the outlier is within 1.96 std, without it it is not
  expect(1000).toBeLessThan(1.96 * std(0, 0) * 2)
  expect(coverage).toBe(19 / 20)
})

test('Parquet has a row for each pair, and no file is left after an error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'palate-predictions-'))
  const ids = { users: createIdMap(['a', 'b']), items: createIdMap(['x', 'y', 'z']) }
  const page = {
    user: 1,
    items: Int32Array.of(0, 2),
    ratings: Float32Array.of(2.5, 4),
    stds: Float32Array.of(1, 0.5),
  }
  async function* pages(fails: boolean) {
    yield page
    if (fails) throw new Error('stop')
  }
  const file = join(folder, 'predictions.parquet')
  try {
    await expect(writeParquetPredictions(file, pages(true), ids)).rejects.toThrow('stop')
    await expect(asyncBufferFromFile(file)).rejects.toThrow()
    await writeParquetPredictions(file, pages(false), ids)
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(file) })).toEqual([
      { user_id: 'b', item_id: 'x', rating: 2.5, std: 1 },
      { user_id: 'b', item_id: 'z', rating: 4, std: 0.5 },
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})
