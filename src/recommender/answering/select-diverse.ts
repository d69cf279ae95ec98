import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { topItems } from '../../compute/top-items.ts'
import type { AnsweringModel } from './answering-model.ts'
import { directionsOf } from './item-geometry.ts'
import type { RankedItems, RankQuestion } from './question.ts'
import { worthOf } from './select-best.ts'

/**
 * The `k` items that maximal marginal relevance takes, one after the other: the one of the largest
 * (1 − diversity) · relevance − diversity · likeness, where relevance runs from 0 to 1 over the candidates and likeness
 * is the cosine to the nearest item that is taken already (Carbonell and Goldstein, SIGIR 1998).
 */
export async function selectDiverse(
  model: AnsweringModel,
  scores: Float32Array,
  { k, excluded, allowed, popularityPenalty, diversity }: RankQuestion,
): Promise<RankedItems> {
  const worth = worthOf(scores, model.popularity, popularityPenalty)
  const candidates = topItems(worth, excluded, Math.max(3 * k, fewestCandidates), allowed)
  // There are no tensors of nothing.
  if (candidates.length === 0) return { items: candidates, scores: new Float32Array(0) }
  const relevance = relevanceOf(candidates, worth)
  const own = Float32Array.from(candidates, (item) => scores[item]!)
  const likeness = await likenessOf(model, candidates)
  const places = takeInTurn(relevance, likeness, Math.min(k, candidates.length), diversity)
  return { items: places.map((n) => candidates[n]!), scores: Float32Array.from(places, (n) => own[n]!) }
}

const fewestCandidates = 100

function relevanceOf(candidates: Int32Array, worth: Float32Array): Float32Array {
  const [best, worst] = [worth[candidates[0]!]!, worth[candidates.at(-1)!]!]
  const range = best - worst || 1
  return Float32Array.from(candidates, (item) => (worth[item]! - worst) / range)
}

/** candidates × candidates cosines. */
async function likenessOf(model: AnsweringModel, candidates: Int32Array): Promise<Float32Array> {
  const directions = await directionsOf(model, candidates)
  const size = directions.length / candidates.length
  return read(
    tf.tidy(() => {
      const rows = tf.tensor2d(directions, [candidates.length, size])
      return tf.matMul(rows, rows, false, true)
    }),
  )
}

function takeInTurn(
  relevance: Float32Array,
  likeness: Float32Array,
  count: number,
  diversity: number,
): Int32Array {
  const size = relevance.length
  const nearest = new Float32Array(size).fill(-1)
  const taken = new Uint8Array(size)
  return new Int32Array(count).map((_, place) => {
    let [best, value] = [-1, Number.NEGATIVE_INFINITY]
    for (let n = 0; n < size; n++) {
      const own = (1 - diversity) * relevance[n]! - (place > 0 ? diversity * nearest[n]! : 0)
      if (taken[n] === 0 && own > value) [best, value] = [n, own]
    }
    taken[best] = 1
    for (let n = 0; n < size; n++) nearest[n] = Math.max(nearest[n]!, likeness[best * size + n]!)
    return best
  })
}
