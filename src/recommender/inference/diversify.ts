import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { topItems } from '../../compute/top-items.ts'
import type { InferenceModel } from './inference-model.ts'
import { adjustedScores } from './popularity-penalty.ts'
import type { RankedItems, RankRequest } from './requests.ts'
import { centeredDirections } from './similar-items.ts'

/**
 * The `k` items chosen by maximal marginal relevance, one after another: each time the candidate with the largest
 * (1 − diversity) · relevance − diversity · similarity. Relevance runs from 0 to 1 over the candidates; similarity is
 * the cosine with the most similar item already chosen (Carbonell and Goldstein, SIGIR 1998).
 */
export async function topDiverseItems(
  model: InferenceModel,
  scores: Float32Array,
  { options, excluded, allowed }: RankRequest,
): Promise<RankedItems> {
  const { k, popularityPenalty, diversity } = options
  const adjusted =
    popularityPenalty === 0 ? scores : adjustedScores(scores, model.standardizedPopularity, popularityPenalty)
  const candidates = topItems(adjusted, excluded, Math.max(3 * k, minCandidates), allowed)
  // TensorFlow.js has no tensors without rows.
  if (candidates.length === 0) return { items: candidates, scores: new Float32Array(0) }
  const relevance = relevanceOf(candidates, adjusted)
  // Copied before the first await: the buffer of scores is reused.
  const candidateScores = Float32Array.from(candidates, (item) => scores[item]!)
  const similarities = await pairwiseSimilarities(model, candidates)
  const chosen = chooseByMarginalRelevance(relevance, similarities, Math.min(k, candidates.length), diversity)
  return {
    items: chosen.map((n) => candidates[n]!),
    scores: Float32Array.from(chosen, (n) => candidateScores[n]!),
  }
}

const minCandidates = 100

function relevanceOf(candidates: Int32Array, adjusted: Float32Array): Float32Array {
  const [highest, lowest] = [adjusted[candidates[0]!]!, adjusted[candidates.at(-1)!]!]
  const range = highest - lowest || 1
  return Float32Array.from(candidates, (item) => (adjusted[item]! - lowest) / range)
}

/** candidates × candidates cosines. */
async function pairwiseSimilarities(model: InferenceModel, candidates: Int32Array): Promise<Float32Array> {
  const directions = await centeredDirections(model, candidates)
  const size = directions.length / candidates.length
  return read(
    tf.tidy(() => {
      const rows = tf.tensor2d(directions, [candidates.length, size])
      return tf.matMul(rows, rows, false, true)
    }),
  )
}

/** Indices of the chosen candidates, in the order of choice. */
function chooseByMarginalRelevance(
  relevance: Float32Array,
  similarities: Float32Array,
  count: number,
  diversity: number,
): Int32Array {
  const size = relevance.length
  const maxSimilarity = new Float32Array(size).fill(-1)
  const isChosen = new Uint8Array(size)
  return new Int32Array(count).map((_, position) => {
    let [best, bestValue] = [-1, Number.NEGATIVE_INFINITY]
    for (let n = 0; n < size; n++) {
      const redundancy = position > 0 ? diversity * maxSimilarity[n]! : 0
      const value = (1 - diversity) * relevance[n]! - redundancy
      if (isChosen[n] === 0 && value > bestValue) [best, bestValue] = [n, value]
    }
    isChosen[best] = 1
    for (let n = 0; n < size; n++)
      maxSimilarity[n] = Math.max(maxSimilarity[n]!, similarities[best * size + n]!)
    return best
  })
}
