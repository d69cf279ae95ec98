import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { renumberColumns } from '../interactions/csr/select.ts'
import type { IdMap } from '../interactions/id-map.ts'
import { isRatingPredictor, type RatingPredictor, type Scorer } from '../models/scorer.ts'

/**
 * A scorer of the items `known` as a scorer of the items `wanted`, whatever the two have in common and in whichever
 * order: so a model can be judged on data it did not learn from. Histories lose the items it does not know, which it
 * scores −∞; ratings of them are foretold as `coldRating`. It takes all users for users it never trained on, since
 * rows of other data say nothing to it. Disposing of it disposes of `scorer`.
 */
export function alignScorer(
  scorer: Scorer,
  known: IdMap,
  wanted: IdMap,
  coldRating: number,
): Scorer | (Scorer & RatingPredictor) {
  const places = Int32Array.from(wanted.ids, (id) => known.indexOf(id) ?? -1)
  const renumber = (matrix: CsrMatrix) => renumberColumns(matrix, places, known.size)
  const aligned: Scorer = {
    itemCount: wanted.size,
    score: async (histories) => spread(await scorer.score(renumber(histories)), histories.rows, places),
    dispose: () => scorer.dispose(),
  }
  if (!isRatingPredictor(scorer)) return aligned
  return {
    ...aligned,
    predict: async (users, histories, targets) => {
      const ratings = new Float32Array(targets.indices.length).fill(coldRating)
      // the values, which no model reads, carry each target's position through the new order
      const positions = renumber({ ...targets, values: Float32Array.from(targets.indices.keys()) })
      const foretold = await scorer.predict(
        users.map(() => -1),
        renumber(histories),
        positions,
      )
      for (let n = 0; n < foretold.length; n++) ratings[positions.values[n]!] = foretold[n]!
      return ratings
    },
  }
}

/** Scores of known items, users × known, to users × wanted. */
function spread(scores: Float32Array, users: number, places: Int32Array): Float32Array {
  const known = scores.length / users
  const wanted = new Float32Array(users * places.length)
  for (let user = 0; user < users; user++)
    for (let item = 0; item < places.length; item++) {
      const place = places[item]!
      wanted[user * places.length + item] =
        place < 0 ? Number.NEGATIVE_INFINITY : scores[user * known + place]!
    }
  return wanted
}
