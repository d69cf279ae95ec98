import { expect, test } from 'vitest'
import { requireEnoughRatings } from '../../scripts/train/require-enough-ratings.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { randomHoldout } from '../../src/splits/random-holdout.ts'
import { matrixOf } from '../models/worlds.ts'

/** One user with these ratings. */
function split(values: readonly number[]) {
  const matrix = matrixOf(1, values.length, (_user, item) => values[item])
  const items = createIdMap(values.map((_, item) => `i${item}`))
  return { matrix, parts: randomHoldout({ matrix, users: createIdMap(['u']), items }, 1) }
}

test('too few ratings are refused with how many there are and how many are needed', () => {
  const { matrix, parts } = split([5, 4, 1, 2])
  expect(() => requireEnoughRatings(matrix, parts, 4)).toThrow(
    'There are too few ratings to train: 4, of which 2 are positive (≥ 4). The tenth that is held out for validation has 0 ' +
      'positive ratings and the tenth for the test 0; each needs at least one, which takes about 30 positive ratings in all. ' +
      'Nothing was published',
  )
})

test('ratings are enough when both held-out parts have a positive one', () => {
  const { matrix, parts } = split(new Array<number>(40).fill(5))
  expect(() => requireEnoughRatings(matrix, parts, 4)).not.toThrow()
  expect(() => requireEnoughRatings(matrix, parts, 6)).toThrow('of which 0 are positive (≥ 6)')
})
