import type { Embedding } from './question.ts'

export function meanOf(embeddings: readonly Embedding[]): Float32Array {
  const mean = new Float32Array(embeddings[0]!.mean.length)
  for (const embedding of embeddings)
    for (let n = 0; n < mean.length; n++) mean[n]! += embedding.mean[n]! / embeddings.length
  return mean
}

/**
 * The mean of the product of normal densities: each mean weighs by its precision 1/σ² (Hinton, "Training products of
 * experts by minimizing contrastive divergence", Neural Computation 2002).
 */
export function productOf(embeddings: readonly Embedding[]): Float32Array {
  const size = embeddings[0]!.mean.length
  const weighted = new Float64Array(size)
  const precision = new Float64Array(size)
  for (const { mean, std } of embeddings)
    for (let n = 0; n < size; n++) {
      const own = 1 / std![n]! ** 2
      weighted[n]! += own * mean[n]!
      precision[n]! += own
    }
  return Float32Array.from(weighted, (sum, n) => sum / precision[n]!)
}
