import { type CsrMatrix, entryRows } from '../interactions/csr/csr-matrix.ts'
import { renumberColumns } from '../interactions/csr/select.ts'
import type { IdMap } from '../interactions/id-map.ts'
import { isRatingPredictor, type RatingPredictor, type Scorer } from '../models/scorer.ts'

/**
 * A scorer of the items `known` as a scorer of the items `wanted`, to evaluate a model on data that it was not trained
 * on. Items that the model does not know are removed from histories and get the score −∞. All users count as unknown, since
 * the rows of other data mean nothing to the model. Disposing of the result disposes of `scorer`.
 */
export function alignScorer(
  scorer: Scorer,
  known: IdMap,
  wanted: IdMap,
): Scorer | (Scorer & RatingPredictor) {
  const knownColumns = Int32Array.from(wanted.ids, (id) => known.indexOf(id) ?? -1)
  const renumber = (matrix: CsrMatrix) => renumberColumns(matrix, knownColumns, known.size)
  const aligned: Scorer = {
    itemCount: wanted.size,
    score: async (histories) =>
      alignScores(await scorer.score(renumber(histories)), histories.rows, knownColumns),
    dispose: () => scorer.dispose(),
  }
  if (!isRatingPredictor(scorer)) return aligned
  return {
    ...aligned,
    predict: async (users, histories, targets) => {
      const knownHistories = renumber(histories)
      const unknown = scorer.predictUnknownItem(knownHistories)
      const ratings = Float32Array.from(entryRows(targets), (user) => unknown[user]!)
      // models do not read the values of targets, so they can carry each target's position through the renumbering
      const positions = renumber({ ...targets, values: Float32Array.from(targets.indices.keys()) })
      const predicted = await scorer.predict(
        users.map(() => -1),
        knownHistories,
        positions,
      )
      for (let n = 0; n < predicted.length; n++) ratings[positions.values[n]!] = predicted[n]!
      return ratings
    },
  }
}

/** Scores of known items, users × known, to users × wanted. */
function alignScores(scores: Float32Array, users: number, knownColumns: Int32Array): Float32Array {
  const known = scores.length / users
  const aligned = new Float32Array(users * knownColumns.length)
  for (let user = 0; user < users; user++)
    for (let item = 0; item < knownColumns.length; item++) {
      const column = knownColumns[item]!
      aligned[user * knownColumns.length + item] =
        column < 0 ? Number.NEGATIVE_INFINITY : scores[user * known + column]!
    }
  return aligned
}
