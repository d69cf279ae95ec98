import type { InferenceThread } from './inference-thread.ts'

const maxWeightBytesPerThread = 256 * 2 ** 20

/**
 * The thread for another model: an unused one; or, once there are `sharedThreads`, the one with the fewest weights if
 * it has room. Undefined when another is to be started.
 */
export function chooseThread<T extends Pick<InferenceThread, 'hasModels' | 'weightBytes'>>(
  threads: readonly T[],
  weightBytes: number,
  sharedThreads: number,
): T | undefined {
  const [least] = threads.toSorted((a, b) => a.weightBytes - b.weightBytes)
  if (least === undefined || !least.hasModels) return least
  const hasRoom = least.weightBytes + weightBytes <= maxWeightBytesPerThread
  return threads.length >= sharedThreads && hasRoom ? least : undefined
}
