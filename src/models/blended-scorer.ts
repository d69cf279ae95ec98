// The parts of a blend as one scorer.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import {
  type BlendedModel,
  isRatingPredictor,
  type RatingPredictor,
  type Scorer,
  type WeightedPart,
} from './scorer.ts'
import { addScaled, standardizationOf, standardizeRows } from './standardize.ts'

/**
 * Scores Σ_m share_m z_m, with z_m the scores of a part, standardized over all items for each user; predicts
 * Σ_m share_m r_m if all parts predict ratings. Disposes of the parts.
 */
export function blendScorers(
  parts: readonly Scorer[],
  shares: readonly number[],
): BlendedModel & Partial<RatingPredictor> {
  const itemCount = parts[0]!.itemCount
  return {
    itemCount,
    ...(parts.every(({ isPersonalized }) => isPersonalized === false) && { isPersonalized: false }),
    async score(histories) {
      const scores = new Float32Array(histories.rows * itemCount)
      for (const [n, part] of parts.entries())
        addScaled(scores, standardizeRows(await part.score(histories), itemCount), shares[n]!)
      return scores
    },
    weightedParts: (history) => weightedParts(parts, shares, history),
    ...(parts.every(isRatingPredictor) && blendedPredictions(parts, shares)),
    dispose: () => {
      for (const part of parts) part.dispose()
    },
  }
}

function blendedPredictions(parts: readonly RatingPredictor[], shares: readonly number[]): RatingPredictor {
  return {
    async predict(users, histories, targets) {
      const ratings = new Float32Array(targets.values.length)
      for (const [n, part] of parts.entries())
        addScaled(ratings, await part.predict(users, histories, targets), shares[n]!)
      return ratings
    },
    predictUnknownItem(histories) {
      const ratings = new Float32Array(histories.rows)
      for (const [n, part] of parts.entries())
        addScaled(ratings, part.predictUnknownItem(histories), shares[n]!)
      return ratings
    },
  }
}

/**
 * Contributions are Σ_m share_m c_m / σ_m: the contribution to a standardized score is that to the score, c_m, divided by the
 * standard deviation over all items, σ_m. Mean and standard deviation are those for the whole history, also where an
 * interaction is omitted, so that a contribution is the effect of an interaction on this item and not its effect on the
 * scale of all.
 */
async function weightedParts(
  parts: readonly Scorer[],
  shares: readonly number[],
  history: CsrMatrix,
): Promise<WeightedPart[]> {
  const weighted: WeightedPart[] = []
  for (const [n, scorer] of parts.entries()) {
    if (shares[n] === 0 || scorer.isPersonalized === false) continue
    weighted.push({ scorer, weight: shares[n]! * standardizationOf(await scorer.score(history)).scale })
  }
  return weighted
}
