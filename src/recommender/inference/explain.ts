import { hasContributions } from '../../models/scorer.ts'
import type { History } from '../history.ts'
import type { Computation } from './computation.ts'
import { toMatrix } from './history-matrix.ts'
import type { InferenceModel } from './inference-model.ts'
import type { Basis, EligibleItems, ExplainRequest } from './requests.ts'
import { hasOrder } from './score.ts'

/** Scores the whole history, and the history without each omitted item where contributions have no closed form. */
export function computeExplanation(
  { popularity, scorer }: InferenceModel,
  { query, item, omitted, ...eligible }: ExplainRequest,
): Computation {
  const itemScores: number[] = []
  let basis: Basis = query.kind
  let higherRanked = 0
  const onScores = (scores: Float32Array) => {
    if (itemScores.length === 0) {
      if (!hasOrder(scores)) basis = 'popularity'
      higherRanked = countHigherRanked(basis === 'popularity' ? popularity : scores, item, eligible)
    }
    itemScores.push(scores[item]!)
  }
  if (query.kind === 'popularity') onScores(popularity)
  return {
    histories:
      query.kind === 'popularity' ? [] : [query.history, ...withoutEach(query.history, omitted ?? nothing)],
    onScores,
    result: async () => {
      if (basis === 'popularity')
        return { score: popularity[item]!, contributions: new Float32Array(0), higherRanked, basis }
      const [score = 0, ...scoresWithout] = itemScores
      const contributions =
        omitted === null && query.kind === 'history' && hasContributions(scorer)
          ? await scorer.contributions(toMatrix([query.history], scorer.itemCount, 1), item)
          : Float32Array.from(scoresWithout, (without) => score - without)
      return { score, contributions, higherRanked, basis }
    },
  }
}

const nothing = new Int32Array(0)

function withoutEach(history: History, positions: Int32Array): History[] {
  return Array.from(positions, (position) => without(history, position))
}

function without({ items, values }: History, omitted: number): History {
  return {
    items: items.filter((_, position) => position !== omitted),
    values: values.filter((_, position) => position !== omitted),
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
    if (excluded[next] !== other && (allowed === null || allowed[other] !== 0)) count++
  }
  return count
}
