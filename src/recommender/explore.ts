import { createRandom } from '../random/random.ts'
import type { History } from './history.ts'
import type { InferOptions } from './inference/inference.ts'
import {
  type ExplorationDraw,
  type ExploreRequest,
  explorationDraws,
  explorationShares,
  type InferenceResult,
} from './inference/requests.ts'
import type { RecommendationOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

/** A list drawn at random by the seed of the options. */
export async function explore(
  model: ServedModel,
  history: History,
  seen: Int32Array,
  options: RecommendationOptions,
  inferOptions: InferOptions | undefined,
): Promise<InferenceResult<ExploreRequest>> {
  const eligible = await model.eligibleItems(seen, options, inferOptions)
  const draw = drawExploration(options.explore!.seed)
  return model.inference.infer({ kind: 'explore', history, ...eligible, options, draw }, inferOptions)
}

/** Chooses a part of the mixture; the same seed chooses the same one. */
function drawExploration(seed: number): ExplorationDraw {
  const random = createRandom('explore', seed)
  const place = random.uniform()
  if (place < explorationShares.greedy) return { from: 'greedy' }
  if (place < explorationShares.greedy + explorationShares.posterior)
    return { from: 'posterior', point: random.integer(explorationDraws) }
  return { from: 'uniform', seed }
}
