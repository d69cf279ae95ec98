// From the scores of all items to the few that are answered.
import { topItems } from '../../models/top-items.ts'
import type { Eligible, RankedItems, RankQuestion } from './question.ts'

type Selection = Pick<RankQuestion, 'k' | 'excluded' | 'allowed' | 'popularityPenalty'>

/** The `k` best of the items that may be shown, with the scores that the model gives them. */
export function selectBest(
  scores: Float32Array,
  popularity: Float32Array,
  { k, excluded, allowed, popularityPenalty }: Selection,
): RankedItems {
  const worth = popularityPenalty === 0 ? scores : penalized(scores, popularity, popularityPenalty)
  const items = topItems(worth, excluded, k, allowed)
  return { items, scores: Float32Array.from(items, (item) => scores[item]!) }
}

/** How many of the items that may be shown score higher than `item`, or the same with a lower number. */
export function countBefore(scores: Float32Array, item: number, { excluded, allowed }: Eligible): number {
  const own = scores[item]!
  let before = 0
  let next = 0
  for (let other = 0; other < scores.length; other++) {
    const score = scores[other]!
    if (score < own || (score === own && other >= item)) continue
    while (excluded[next]! < other) next++
    if (excluded[next] !== other && (allowed === null || allowed[other] !== 0)) before++
  }
  return before
}

/** Both put in standard deviations, so that a penalty means the same whatever the scores of a model measure. */
function penalized(scores: Float32Array, popularity: Float32Array, penalty: number): Float32Array {
  const logarithms = popularity.map((count) => Math.log1p(count))
  const deviation = deviationOf(logarithms)
  const scale = deviation === 0 ? 0 : (penalty * deviationOf(scores)) / deviation
  return scores.map((score, item) => score - scale * logarithms[item]!)
}

function deviationOf(values: Float32Array): number {
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const mean = sum / values.length
  return Math.sqrt(Math.max(squares / values.length - mean * mean, 0))
}
