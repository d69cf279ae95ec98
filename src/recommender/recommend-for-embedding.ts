import type { InferOptions } from './inference/inference.ts'
import { rank, requireSupport, type ScoredItem, toScoredItems } from './recommend.ts'
import type { RankingOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

/**
 * The top items for a point of the latent space; the items of `seen`, as item numbers, ascending, are left out, unless
 * `excludeSeen` is false.
 *
 * @throws UnsupportedByModelError when the model does not support the options
 */
export async function recommendForEmbedding(
  model: ServedModel,
  embedding: Float32Array,
  seen: Int32Array,
  options: RankingOptions,
  inferOptions?: InferOptions,
): Promise<readonly ScoredItem[]> {
  requireSupport(model, options)
  const ranked = await rank(model, { kind: 'embedding', embedding }, seen, options, inferOptions)
  return toScoredItems(model, ranked)
}
