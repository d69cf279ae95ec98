import { describe, expect, test } from 'vitest'
import { createEncoder, type ItemAttributes } from '../../src/attributes/attribute-encoding.ts'
import {
  type AttributeRegression,
  createAttributePredictor,
} from '../../src/attributes/attribute-regression.ts'
import { fitAttributeRegression } from '../../src/attributes/fit-attribute-regression.ts'
import { rowOf } from '../../src/interactions/csr/csr-matrix.ts'
import type { Scorer } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'
import { matrixOf } from '../models/worlds.ts'

const random = createRandom('attributes')
const genres = ['Drama', 'War', 'Noir'] as const
const items = Array.from({ length: 200 }, (_, n) => ({
  genres: genres.filter((_, genre) => n % (genre + 2) === 0),
  year: 1930 + random.integer(80),
  shelf: `s${random.integer(30)}`,
}))
const users = 40
const liking = Array.from({ length: users }, () => genres.map(() => random.normal()))
/** users × items: what a user thinks of the genres, and noise. */
const scores = Float32Array.from({ length: users * items.length }, (_, n) => {
  const [user, item] = [Math.floor(n / items.length), n % items.length]
  const affinity = items[item]!.genres.reduce((sum, genre) => sum + liking[user]![genres.indexOf(genre)]!, 0)
  return 4 + affinity + 0.5 * random.normal()
})
const ratings = matrixOf(users, items.length, (user, item) => (user === item ? 1 : undefined))
const scorer: Scorer = {
  itemCount: items.length,
  // a history of one item, whose number is that of the user
  score: async (histories) => {
    const rows = Array.from({ length: histories.rows }, (_, row) => rowOf(histories, row).indices[0]!)
    return Float32Array.from(
      rows.flatMap((user) => [...scores.subarray(user * items.length, (user + 1) * items.length)]),
    )
  },
  dispose() {},
}
const fitOn = (attributes: readonly ItemAttributes[]) => fitAttributeRegression(scorer, ratings, attributes)
const scoresOf = (user: number) => scores.slice(user * items.length, (user + 1) * items.length)

/** Solves A x = b by elimination with pivots. */
function solve(A: number[][], b: number[]): number[] {
  const rows = A.map((row, n) => [...row, b[n]!])
  for (let n = 0; n < rows.length; n++) {
    const pivot = rows.slice(n).reduce((best, row) => (Math.abs(row[n]!) > Math.abs(best[n]!) ? row : best))
    rows.splice(rows.indexOf(pivot), 1)
    rows.splice(n, 0, pivot)
    for (const row of rows) {
      if (row === pivot) continue
      const factor = row[n]! / pivot[n]!
      for (let m = n; m < row.length; m++) row[m]! -= factor * pivot[m]!
    }
  }
  return rows.map((row, n) => row.at(-1)! / row[n]!)
}

/** The λ of each feature: what was added to the diagonal of XᵀX before it was inverted. */
function penaltiesOf({ features, inverse }: AttributeRegression): number[] {
  const { rows, columns } = features
  const x = Array.from({ length: rows }, (_, item) => denseRow(features, item))
  const means = Array.from({ length: columns }, (_, f) => x.reduce((sum, row) => sum + row[f]! / rows, 0))
  return Array.from({ length: columns }, (_, feature) => {
    const unit = Array.from({ length: columns }, (_, f) => Number(f === feature))
    const M = Array.from({ length: columns }, (_, row) => [
      ...inverse.subarray(row * columns, (row + 1) * columns),
    ])
    const gram = x.reduce((sum, row) => sum + (row[feature]! - means[feature]!) ** 2, 0)
    return solve(M, unit)[feature]! - gram
  })
}

function denseRow(features: AttributeRegression['features'], item: number): number[] {
  const dense = new Array<number>(features.columns).fill(0)
  const { indices, values } = rowOf(features, item)
  for (const [n, feature] of indices.entries()) dense[feature] = values[n]!
  return dense
}

describe('the regression', () => {
  test('uses the attributes that predict scores and no others', async () => {
    const regression = await fitOn(items)
    expect(regression?.encoding.map(({ name }) => name)).toEqual(['genres'])
    expect(await fitOn(items.map(({ shelf }) => ({ shelf })))).toBeUndefined()
    expect(await fitOn(items.map(({ year }) => ({ year })))).toBeUndefined()
    expect(await fitOn(items.map(() => ({})))).toBeUndefined()
  })

  test('predicts what ridge regression with an intercept predicts from the same features', async () => {
    const regression = (await fitOn(items))!
    const { features, encoding } = regression
    const lambda = penaltiesOf(regression)
    for (const value of lambda) expect(value).toBeCloseTo(lambda[0]!, 0)
    const newFeatures = createEncoder(encoding)([{ genres: ['War'] }, { genres: ['Noir', 'Drama'] }, {}])
    const x = items.map((_, item) => [...denseRow(features, item), 1])
    const penalized = [...lambda, 0]
    const A = penalized.map((penalty, n) =>
      penalized.map((_, m) => x.reduce((sum, row) => sum + row[n]! * row[m]!, n === m ? penalty : 0)),
    )
    for (const user of [0, 7]) {
      const s = scoresOf(user)
      const beta = solve(
        A,
        penalized.map((_, n) => x.reduce((sum, row, item) => sum + row[n]! * s[item]!, 0)),
      )
      const extended = createAttributePredictor(regression).extend(s, newFeatures)
      expect(extended.subarray(0, items.length)).toEqual(s)
      for (let item = 0; item < 3; item++) {
        const row = [...denseRow(newFeatures, item), 1]
        const expected = row.reduce((sum, value, n) => sum + value * beta[n]!, 0)
        expect(extended[items.length + item]).toBeCloseTo(expected, 3)
      }
    }
  })

  test('predicts equal scores for equal scores, and shifted and scaled ones for shifted and scaled ones', async () => {
    const regression = (await fitOn(items))!
    const predictor = createAttributePredictor(regression)
    const features = createEncoder(regression.encoding)([{ genres: ['War'] }, { genres: ['Noir'] }])
    const equal = predictor.extend(new Float32Array(items.length).fill(0.1), features)
    expect(new Set(equal).size).toBe(1)
    const s = scoresOf(3)
    const ofScores = predictor.extend(s, features)
    const ofScaled = predictor.extend(
      s.map((score) => 10 * score - 3),
      features,
    )
    for (const item of [200, 201]) expect(ofScaled[item]).toBeCloseTo(10 * ofScores[item]! - 3, 3)
  })
})
