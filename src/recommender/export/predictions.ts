import { type CsrMatrix, rowLength } from '../../interactions/csr/csr-matrix.ts'
import { selectRows } from '../../interactions/csr/select.ts'
import type { RatingPredictor } from '../../models/scorer.ts'
import type { PredictionErrors } from './prediction-errors.ts'

/** The predictions of the items that one user has not rated. */
export interface UserPredictions {
  readonly user: number
  /** Ascending. */
  readonly items: Int32Array
  readonly ratings: Float32Array
  readonly stds: Float32Array
}

/** Predicts every missing pair, user by user, so that memory does not grow with the number of users. */
export async function* predictMissing(
  model: RatingPredictor,
  ratings: CsrMatrix,
  errors: PredictionErrors,
): AsyncGenerator<UserPredictions> {
  for (let start = 0; start < ratings.rows; start += batchSize) {
    const users = Array.from({ length: Math.min(batchSize, ratings.rows - start) }, (_, n) => start + n)
    const histories = selectRows(ratings, users)
    const targets = complementOf(histories)
    const predicted = await model.predict(new Int32Array(users.length).fill(-1), histories, targets)
    for (const [row, user] of users.entries()) {
      const [from, to] = [targets.offsets[row]!, targets.offsets[row + 1]!]
      const items = targets.indices.slice(from, to)
      const stds = Float32Array.from(items, (item) => errors.std(user, item))
      yield { user, items, ratings: predicted.slice(from, to), stds }
    }
  }
}

const batchSize = 20

/** The pairs without an entry, each with the value 0. */
function complementOf(matrix: CsrMatrix): CsrMatrix {
  const offsets = new Int32Array(matrix.rows + 1)
  for (let row = 0; row < matrix.rows; row++)
    offsets[row + 1] = offsets[row]! + matrix.columns - rowLength(matrix, row)
  const indices = new Int32Array(offsets[matrix.rows]!)
  let size = 0
  for (let row = 0; row < matrix.rows; row++) {
    let n = matrix.offsets[row]!
    for (let column = 0; column < matrix.columns; column++)
      if (n < matrix.offsets[row + 1]! && matrix.indices[n] === column) n++
      else indices[size++] = column
  }
  return { ...matrix, offsets, indices, values: new Float32Array(size) }
}
