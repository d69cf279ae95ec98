// From the scores of all items to the few that are answered.
import { topItems } from '../../compute/top-items.ts'
import type { AnsweringModel } from './answering-model.ts'
import type { RankedItems, RankQuestion } from './question.ts'

type Selection = Pick<RankQuestion, 'k' | 'excluded' | 'allowed' | 'popularityPenalty'>

/** The `k` best of the items that may be shown, with the scores that the model gives them. */
export function selectBest(
  { popularity }: AnsweringModel,
  scores: Float32Array,
  { k, excluded, allowed, popularityPenalty }: Selection,
): RankedItems {
  const items = topItems(worthOf(scores, popularity, popularityPenalty), excluded, k, allowed)
  return { items, scores: Float32Array.from(items, (item) => scores[item]!) }
}

/**
 * The scores less the penalty on popularity, both in standard deviations, so that a penalty means the same whatever
 * the scores of a model measure.
 */
export function worthOf(scores: Float32Array, popularity: Float32Array, penalty: number): Float32Array {
  if (penalty === 0) return scores
  const standardized = standardizedPopularity(popularity)
  const scale = penalty * momentsOf(scores).deviation
  return scores.map((score, item) => score - scale * standardized[item]!)
}

/** The logarithm of the number of ratings, of mean 0 and deviation 1; zeros where all items are alike. */
function standardizedPopularity(popularity: Float32Array): Float32Array {
  const known = standardized.get(popularity)
  if (known) return known
  const logarithms = popularity.map((count) => Math.log1p(count))
  const { mean, deviation } = momentsOf(logarithms)
  const values = logarithms.map((value) => (deviation > 0 ? (value - mean) / deviation : 0))
  standardized.set(popularity, values)
  return values
}

const standardized = new WeakMap<Float32Array, Float32Array>()

function momentsOf(values: Float32Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const mean = sum / values.length
  return { mean, deviation: Math.sqrt(Math.max(squares / values.length - mean * mean, 0)) }
}
