import { type RatedItem, toHistory } from './history.ts'
import { embed } from './latent-space.ts'
import { recommendForEmbedding, type ScoredItem } from './recommend.ts'
import type { ServedModel } from './served-model.ts'
import type { Wish } from './wish.ts'

/**
 * The best items at equal steps along the line from one taste to another, both ends included.
 *
 * @throws UnsupportedByModelError
 */
export async function interpolate(
  model: ServedModel,
  ends: readonly [readonly RatedItem[], readonly RatedItem[]],
  steps: number,
  wish: Wish,
): Promise<{ position: number; items: readonly ScoredItem[] }[]> {
  const [from, to] = await Promise.all(ends.map((rated) => embed(model, rated)))
  const seen = ends.map((rated) => toHistory(rated, model.items).history)
  const positions = Array.from({ length: steps }, (_, step) => step / (steps - 1))
  return Promise.all(
    positions.map(async (position) => {
      const point = from!.mean.map((start, n) => (1 - position) * start + position * to!.mean[n]!)
      return { position, items: await recommendForEmbedding(model, point, seen, wish) }
    }),
  )
}
