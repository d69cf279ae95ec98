import type { Computation } from './computation.ts'
import type { InferenceModel } from './inference-model.ts'
import type { Basis, EligibleItems, ExplainRequest, Explanation } from './requests.ts'
import { hasOrder } from './score.ts'

export function computeExplanation(
  { popularity }: InferenceModel,
  { query, item, ...eligible }: ExplainRequest,
): Computation {
  let explanation: Explanation
  const explainBy = (scores: Float32Array, basis: Basis) => {
    explanation = { score: scores[item]!, higherRanked: countHigherRanked(scores, item, eligible), basis }
  }
  if (query.kind === 'popularity') explainBy(popularity, 'popularity')
  return {
    histories: query.kind === 'popularity' ? [] : [query.history],
    onScores: (scores) =>
      hasOrder(scores) ? explainBy(scores, 'history') : explainBy(popularity, 'popularity'),
    result: () => explanation,
  }
}

/** The number of eligible items with a higher score than `item`, or the same score and a lower number. */
function countHigherRanked(scores: Float32Array, item: number, { excluded, allowed }: EligibleItems): number {
  const itemScore = scores[item]!
  let count = 0
  let next = 0
  for (let other = 0; other < scores.length; other++) {
    const score = scores[other]!
    if (score < itemScore || (score === itemScore && other >= item)) continue
    while (excluded[next]! < other) next++
    if (excluded[next] !== other && (allowed === null || allowed[other])) count++
  }
  return count
}
