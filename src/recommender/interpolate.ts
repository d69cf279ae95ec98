import type { RatedItem } from '../ratings/user-ratings.ts'
import { unionOfSeen } from './history.ts'
import type { InferOptions } from './inference/inference.ts'
import { embed } from './latent-space.ts'
import type { ScoredItem } from './recommend.ts'
import { recommendForEmbedding } from './recommend-for-embedding.ts'
import type { RankingOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

/**
 * The top items at equal steps along the line between the embeddings of two users, both ends included.
 *
 * @throws UnsupportedByModelError
 */
export async function interpolate(
  model: ServedModel,
  ends: readonly [readonly RatedItem[], readonly RatedItem[]],
  steps: number,
  options: RankingOptions,
  inferOptions?: InferOptions,
): Promise<{ position: number; items: readonly ScoredItem[] }[]> {
  const [from, to] = await Promise.all(ends.map((rated) => embed(model, rated, inferOptions)))
  const translations = ends.map((rated) => model.toHistory(rated))
  const seen = unionOfSeen(translations, model.items.size)
  const positions = Array.from({ length: steps }, (_, step) => step / (steps - 1))
  return Promise.all(
    positions.map(async (position) => {
      const point = from!.mean.map((start, n) => (1 - position) * start + position * to!.mean[n]!)
      const items = await recommendForEmbedding(model, point, seen, options, inferOptions)
      return { position, items }
    }),
  )
}
