import type { Computation } from './computation.ts'
import type { Embedding, EmbedRequest } from './requests.ts'

export function computeEmbedding({ history }: EmbedRequest): Computation {
  let embedding: Embedding
  return {
    histories: [history],
    std: true,
    embeddingsToDecode: ([encoded]) => {
      embedding = encoded!
      return []
    },
    result: () => embedding,
  }
}

export function meanEmbedding(embeddings: readonly Embedding[]): Float32Array {
  const mean = new Float32Array(embeddings[0]!.mean.length)
  for (const embedding of embeddings)
    for (let n = 0; n < mean.length; n++) mean[n]! += embedding.mean[n]! / embeddings.length
  return mean
}

/**
 * The mean of the product of normal densities: each mean is weighted by its precision 1/σ² (Hinton, "Training products
 * of experts by minimizing contrastive divergence", Neural Computation 2002).
 */
export function productOfExperts(embeddings: readonly Embedding[]): Float32Array {
  const size = embeddings[0]!.mean.length
  const weightedSum = new Float64Array(size)
  const totalPrecision = new Float64Array(size)
  for (const { mean, std } of embeddings)
    for (let n = 0; n < size; n++) {
      const precision = 1 / std![n]! ** 2
      weightedSum[n]! += precision * mean[n]!
      totalPrecision[n]! += precision
    }
  return Float32Array.from(weightedSum, (sum, n) => sum / totalPrecision[n]!)
}
