import type { History } from './history.ts'
import type { InferOptions } from './inference/inference.ts'
import type { ServedModel } from './served-model.ts'

/**
 * Chooses the items of a history that an explanation covers, as ascending positions in the history: all where
 * contributions have a closed form. Else each one costs a pass over the rest of the history, so that the work grows with
 * the square of its length. Of more than 316 items only some are chosen, the fewer the longer the history: the explained
 * item itself and the items most similar to it, or the items with the highest ratings if the model has no item vectors.
 */
export async function chooseExplained(
  model: ServedModel,
  history: History,
  item: number,
  inferOptions?: InferOptions,
): Promise<Int32Array> {
  const positions = Int32Array.from(history.items.keys())
  const count = Math.max(Math.floor(maxRatingsRead / Math.max(positions.length, 1)), 1)
  if (positions.length <= count || model.inference.capabilities.hasContributions) return positions
  const hasVectors = model.inference.capabilities.itemVectorSize !== null
  const chosen = hasVectors
    ? await positionsBySimilarity(model, history, item, count, inferOptions)
    : positions.sort((a, b) => history.values[b]! - history.values[a]! || a - b)
  return chosen.slice(0, count).sort()
}

const maxRatingsRead = 100_000

async function positionsBySimilarity(
  { inference, items }: ServedModel,
  history: History,
  item: number,
  k: number,
  inferOptions: InferOptions | undefined,
): Promise<Int32Array> {
  const allowed = new Uint8Array(items.size)
  for (const seen of history.items) allowed[seen] = 1
  const excluded = new Int32Array(0)
  const similar = await inference.infer({ kind: 'similar-items', item, k, excluded, allowed }, inferOptions)
  const positionOf = new Map(Array.from(history.items, (seen, position) => [seen, position]))
  const itemPosition = positionOf.get(item)
  const positions = Array.from(similar.items, (seen) => positionOf.get(seen)!)
  return Int32Array.from(itemPosition === undefined ? positions : [itemPosition, ...positions])
}
