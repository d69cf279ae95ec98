import type { ItemSpace } from '../../models/scorer.ts'

/** What cosines between centered item vectors need. Centering removes what all vectors have in common. */
export interface ItemGeometry {
  /** The mean of all item vectors. */
  readonly mean: Float64Array
  /** The length of each centered vector; infinite for a vector equal to the mean, which has no direction. */
  readonly lengths: Float32Array
}

export async function measureItemGeometry(space: ItemSpace, itemCount: number): Promise<ItemGeometry> {
  const size = space.itemVectorSize
  const sum = new Float64Array(size)
  await forEachVector(space, itemCount, (vector) => {
    for (let n = 0; n < size; n++) sum[n]! += vector[n]!
  })
  const mean = sum.map((total) => total / itemCount)
  const lengths = new Float32Array(itemCount)
  await forEachVector(space, itemCount, (vector, item) => {
    let squares = 0
    for (let n = 0; n < size; n++) squares += (vector[n]! - mean[n]!) ** 2
    lengths[item] = squares > 0 ? Math.sqrt(squares) : Number.POSITIVE_INFINITY
  })
  return { mean, lengths }
}

/** Visits the vectors of the first `itemCount` items. */
export async function forEachVector(
  space: ItemSpace,
  itemCount: number,
  visit: (vector: Float32Array, item: number) => void,
): Promise<void> {
  for (let start = 0; start < itemCount; start += itemBatchSize) {
    const items = Int32Array.from({ length: Math.min(itemBatchSize, itemCount - start) }, (_, n) => start + n)
    const vectors = await space.itemVectors(items)
    for (const [n, item] of items.entries())
      visit(vectors.subarray(n * space.itemVectorSize, (n + 1) * space.itemVectorSize), item)
  }
}

const itemBatchSize = 4096
