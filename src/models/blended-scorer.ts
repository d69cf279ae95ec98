// The parts of a blend as one scorer.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import {
  type ContributionModel,
  hasContributions,
  hasPartialContributions,
  isRatingPredictor,
  type PartialContributionModel,
  type RatingPredictor,
  type Scorer,
} from './scorer.ts'
import { addScaled, standardizationOf, standardizeRows } from './standardize.ts'

/**
 * Scores Σ_m share_m z_m, with z_m the scores of a part, standardized over all items for each user; predicts
 * Σ_m share_m r_m if all parts predict ratings. Disposes of the parts.
 */
export function blendScorers(
  parts: readonly Scorer[],
  shares: readonly number[],
): Scorer & Partial<RatingPredictor & ContributionModel & PartialContributionModel> {
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
    ...blendedContributions(parts, shares),
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
 * Σ_m share_m c_m / σ_m: the contribution to a standardized score is that to the score, c_m, divided by the standard deviation
 * over all items, σ_m. Mean and standard deviation are those for the whole history, also where an interaction is omitted, so that
 * a contribution tells what an interaction does for this item and not what it does to the scale of all.
 */
function blendedContributions(
  parts: readonly Scorer[],
  shares: readonly number[],
): Partial<ContributionModel & PartialContributionModel> {
  const sumOver =
    (of: (part: Scorer, history: CsrMatrix, item: number, positions: Int32Array) => Promise<Float32Array>) =>
    async (
      history: CsrMatrix,
      item: number,
      positions: Int32Array = Int32Array.from(history.indices.keys()),
    ) => {
      const sum = new Float32Array(positions.length)
      for (const [n, part] of parts.entries()) {
        if (shares[n] === 0 || part.isPersonalized === false) continue
        const { scale } = standardizationOf(await part.score(history))
        addScaled(sum, await of(part, history, item, positions), shares[n]! * scale)
      }
      return sum
    }
  if (parts.every((part) => part.isPersonalized === false || hasContributions(part)))
    return { contributions: sumOver(closedForms) }
  if (
    !parts.every(
      (part) => part.isPersonalized === false || hasContributions(part) || hasPartialContributions(part),
    )
  )
    return {}
  return { contributionsAt: sumOver(contributionsAt), sensitivities: sumOver(sensitivities) }
}

async function closedForms(part: Scorer, history: CsrMatrix, item: number): Promise<Float32Array> {
  return (part as ContributionModel).contributions(history, item)
}

async function contributionsAt(
  part: Scorer,
  history: CsrMatrix,
  item: number,
  positions: Int32Array,
): Promise<Float32Array> {
  if (hasPartialContributions(part)) return part.contributionsAt(history, item, positions)
  const all = await closedForms(part, history, item)
  return Float32Array.from(positions, (position) => all[position]!)
}

async function sensitivities(part: Scorer, history: CsrMatrix, item: number): Promise<Float32Array> {
  return hasPartialContributions(part) ? part.sensitivities(history, item) : closedForms(part, history, item)
}
