import { expect, test } from 'vitest'
import { crossValidate } from '../../src/attributes/cross-validate.ts'
import { fitClassifier, highestClasses } from '../../src/attributes/ridge-classifier.ts'
import { createRandom } from '../../src/random/random.ts'
import { solveLinear } from '../models/solve-linear.ts'
import { matrixOf } from '../models/worlds.ts'

const random = createRandom('ridge classifier')
// three classes around three centers, in four dimensions, one of them constant
const classes = Int32Array.from({ length: 120 }, (_, row) => row % 3)
const features = matrixOf(120, 4, (row, column) =>
  column === 3 ? 5 : (classes[row] === column ? 3 : 0) + random.normal(),
)

test('the scores are those of ridge regressions with an intercept that is not penalized', () => {
  const scores = fitClassifier(features, classes, 3, 7).score(features)
  const x = (row: number) => [...Array.from({ length: 4 }, (_, a) => features.values[row * 4 + a]!), 1]
  const rows = Array.from({ length: 120 }, (_, row) => row)
  for (const c of [0, 1, 2]) {
    const gram = [0, 1, 2, 3, 4].map((a) =>
      [0, 1, 2, 3, 4].map((b) => {
        const sum = rows.reduce((total, row) => total + x(row)[a]! * x(row)[b]!, 0)
        return a === b && a < 4 ? sum + 7 : sum
      }),
    )
    const right = [0, 1, 2, 3, 4].map((a) =>
      rows.reduce((total, row) => total + x(row)[a]! * (classes[row] === c ? 1 : -1), 0),
    )
    const weights = solveLinear(gram, right)
    for (const row of rows)
      expect(scores[row * 3 + c]).toBeCloseTo(
        weights.reduce((sum, weight, a) => sum + weight * x(row)[a]!, 0),
        4,
      )
  }
})

test('highestClasses takes the first of equal scores', () => {
  expect([...highestClasses(Float64Array.of(1, 3, 3, -2, -1, -4), 3)]).toEqual([1, 1])
})

test('crossValidate measures on examples that were not trained on', async () => {
  expect((await crossValidate(features, classes, 3, 1)).mean).toBeGreaterThan(0.85)
  // without any relation, classes are predicted as well as by chance, although 60 features can fit 90 examples exactly
  const noise = matrixOf(90, 60, () => random.normal())
  const { mean, standardError } = await crossValidate(
    noise,
    Int32Array.from({ length: 90 }, (_, row) => row % 2),
    2,
    1,
  )
  expect(Math.abs(mean - 0.5)).toBeLessThan(4 * standardError)
})

test('crossValidate stops when it is interrupted', async () => {
  const interruption = new AbortController()
  const interrupted = crossValidate(features, classes, 3, 1, interruption.signal)
  interruption.abort(new Error('interrupted'))
  await expect(interrupted).rejects.toThrow('interrupted')
})
