import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { positiveRatings } from '../../src/interactions/positives.ts'
import { formatCount } from '../../src/pages/numbers.ts'
import type { Split } from '../../src/splits/split.ts'

/**
 * Checks that both held-out parts have a positive rating to rank.
 *
 * @param ratings all of them
 * @throws RangeError with the numbers of ratings that there are and that are needed
 */
export function requireEnoughRatings(
  ratings: CsrMatrix,
  { validation, test }: Pick<Split, 'validation' | 'test'>,
  positiveThreshold: number,
): void {
  const count = (matrix: CsrMatrix) => positiveRatings(matrix, positiveThreshold).values.length
  const [validationPositives, testPositives] = [count(validation.targets), count(test.targets)]
  if (validationPositives > 0 && testPositives > 0) return
  throw new RangeError(
    `There are too few ratings to train: ${formatCount(ratings.values.length)}, of which ${formatCount(count(ratings))} are ` +
      `positive (≥ ${positiveThreshold}). The tenth that is held out for validation has ${validationPositives} positive ` +
      `ratings and the tenth for the test ${testPositives}; each needs at least one, which takes about ${sufficient} positive ` +
      'ratings in all. Nothing was published',
  )
}

/** With these, a tenth has no positive rating in 4 of 100 splits. */
const sufficient = 30
