import type { History } from './history.ts'
import type { InferOptions } from './inference/inference.ts'
import type { ServedModel } from './served-model.ts'

/** What interactions of a history contribute to the score of an item. */
export interface Contributions {
  /** Positions in the history. */
  readonly positions: Int32Array
  /** For each, by how much the score falls without it. */
  readonly values: Float32Array
}

/**
 * The contributions of all interactions where the model gives them in closed form. Else each one costs a pass, so that of a
 * long history only `maxPasses` are computed: those with the largest estimates, or for a model without estimates those with
 * the highest ratings. For an item that the model was not trained on there is neither.
 */
export async function contributionsTo(
  item: number,
  history: History,
  model: ServedModel,
  options?: InferOptions,
): Promise<Contributions> {
  const { inference } = model
  const all = Int32Array.from(history.items.keys())
  const request = { kind: 'contributions', history, item } as const
  const isNew = item >= model.trainedItems.size
  if (inference.capabilities.hasContributions && !isNew)
    return { positions: all, values: await inference.infer({ ...request, positions: null }, options) }
  const positions = all.length <= maxPasses ? all : await mostImportant(item, history, model, options)
  const values = new Float32Array(positions.length)
  // a few at a time, so that other requests are not delayed
  for (let start = 0; start < positions.length; start += passesPerRequest) {
    const some = positions.subarray(start, start + passesPerRequest)
    values.set(await inference.infer({ ...request, positions: some.slice() }, options), start)
  }
  return { positions, values }
}

export const maxPasses = 256
const passesPerRequest = 128

/** Positions in the history. */
async function mostImportant(
  item: number,
  history: History,
  { inference, trainedItems }: ServedModel,
  options: InferOptions | undefined,
): Promise<Int32Array> {
  const hasEstimates = inference.capabilities.hasSensitivities && item < trainedItems.size
  const importance = hasEstimates
    ? (await inference.infer({ kind: 'sensitivities', history, item }, options)).map(Math.abs)
    : history.values
  const positions = Int32Array.from(history.items.keys())
  return positions.sort((a, b) => importance[b]! - importance[a]! || a - b).slice(0, maxPasses)
}
