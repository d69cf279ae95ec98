import type { History } from './history.ts'
import type { InferOptions } from './inference/inference.ts'
import type { InferenceResult, RankRequest } from './inference/requests.ts'
import type { RecommendationOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

/**
 * Builds a list item by item: each is the best one for the history with the items before it as positives, as a conditional
 * decoder such as `cf-nade` is trained; its score is the one at its turn. Items that the model was not trained on change
 * nothing for those after them.
 */
export async function rankInSequence(
  model: ServedModel,
  history: History,
  seen: Int32Array,
  options: RecommendationOptions,
  inferOptions: InferOptions | undefined,
): Promise<InferenceResult<RankRequest>> {
  const { excluded, allowed } = await model.eligibleItems(seen, options, inferOptions)
  const positive = model.positiveThreshold ?? model.highestRating ?? 1
  const [items, scores]: [number[], number[]] = [[], []]
  let extended = history
  while (items.length < options.k) {
    const request: RankRequest = {
      ...{ kind: 'rank', query: { kind: 'history', history: extended }, allowed },
      excluded: Int32Array.from([...excluded, ...items]).sort(),
      options: { ...options, k: 1 },
    }
    const next = await model.inference.infer(request, inferOptions)
    if (next.items.length === 0) break
    items.push(next.items[0]!)
    scores.push(next.scores[0]!)
    if (next.items[0]! < model.trainedItems.size) extended = withItem(extended, next.items[0]!, positive)
  }
  return { items: Int32Array.from(items), scores: Float32Array.from(scores), basis: 'history' }
}

/** The history with a rating of an item in place of any that it has. */
function withItem({ items, values }: History, item: number, value: number): History {
  const ratings = new Map(Array.from(items, (rated, n) => [rated, values[n]!] as const)).set(item, value)
  const sorted = Int32Array.from(ratings.keys()).sort()
  return { items: sorted, values: Float32Array.from(sorted, (rated) => ratings.get(rated)!) }
}
