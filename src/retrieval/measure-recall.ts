import * as tf from '@tensorflow/tfjs'
import { openInnerProductSearch, type Search } from '../compute/inner-product-search.ts'
import { projectedSearch } from '../compute/plain/projected-search.ts'
import type { SearchProjection } from '../compute/search-projection.ts'
import { topItems } from '../compute/top-items.ts'
import { type CsrMatrix, rowIndices } from '../interactions/csr/csr-matrix.ts'
import type { LinearModel } from '../models/scorer.ts'
import { recallCutoff } from './retrieval.ts'

/**
 * The mean share of the exact top `recallCutoff` items of users, without those of their histories, that the search by a
 * projection finds. Measured with the search of the current backend, or of plain products where the backend has none.
 *
 * @param embeddings users × latent
 */
export async function measureRecall(
  { latentSize, itemCount, outputLayer, decode }: LinearModel,
  projection: SearchProjection,
  histories: CsrMatrix,
  embeddings: Float32Array,
): Promise<number> {
  const { vectors, bias, queries } = outputLayer
  const open = openInnerProductSearch(vectors, bias, projection) ?? projectedSearch(vectors, bias, projection)
  let sum = 0
  try {
    for (let start = 0; start < histories.rows; start += batchSize) {
      const end = Math.min(start + batchSize, histories.rows)
      const searches = Array.from({ length: end - start }, (_, n) => searchOf(histories, start + n))
      const rows = withSecondRow(embeddings.slice(start * latentSize, end * latentSize), latentSize)
      const input = tf.tensor2d(await queries(rows), [rows.length / latentSize, vectors.shape[1]])
      const found = open.find(input, searches)
      input.dispose()
      const scores = await decode(rows)
      for (const [n, { items }] of found.entries()) {
        const exact = topItems(
          scores.subarray(n * itemCount, (n + 1) * itemCount),
          searches[n]!.excluded,
          recallCutoff,
        )
        sum += shareOf(exact, items)
      }
    }
  } finally {
    open.dispose()
  }
  return sum / histories.rows
}

const batchSize = 32

function searchOf(histories: CsrMatrix, user: number): Search {
  return { count: recallCutoff, excluded: Int32Array.from(rowIndices(histories, user)), allowed: null }
}

/** A search takes at least two rows. */
function withSecondRow(embeddings: Float32Array, latentSize: number): Float32Array {
  return embeddings.length > latentSize ? embeddings : Float32Array.of(...embeddings, ...embeddings)
}

function shareOf(expected: Int32Array, found: Int32Array): number {
  if (expected.length === 0) return 1
  const set = new Set(found)
  return expected.filter((item) => set.has(item)).length / expected.length
}
