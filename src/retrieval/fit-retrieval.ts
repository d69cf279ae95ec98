import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { selectRows } from '../interactions/csr/select.ts'
import { isLinearModel, type LinearModel, type Scorer } from '../models/scorer.ts'
import { createRandom } from '../random/random.ts'
import { fitProjection, leadingDimensions } from './fit-projection.ts'
import { measureRecall } from './measure-recall.ts'
import type { Retrieval } from './retrieval.ts'

/**
 * The approximate search of a model for a large catalog: the projection with the fewest dimensions that reaches
 * `minRecall` for users whom it was not fitted to. The same seed gives the same search on the same backend.
 *
 * @param ratings users × items: the training ratings
 * @returns undefined for fewer than `minItems` items, a model whose scores are no inner products, or if an exact search
 *   takes about as long
 */
export async function fitRetrieval(
  scorer: Scorer,
  ratings: CsrMatrix,
  seed: number,
  minItems = minRetrievalItems,
): Promise<Retrieval | undefined> {
  if (scorer.itemCount < minItems || !isLinearModel(scorer)) return undefined
  const random = createRandom(seed, 'retrieval')
  const users = random.permutation(ratings.rows).filter((user) => rowLength(ratings, user) > 0)
  const measured = users.slice(0, Math.min(maxMeasured, users.length >> 1))
  const fitted = users.slice(measured.length, measured.length + maxFitted)
  if (measured.length === 0) return undefined
  const embeddings = await embed(scorer, selectRows(ratings, fitted))
  // with more, the exact search multiplies by hardly more numbers
  const maxDimensions = Math.min(256, scorer.outputLayer.vectors.shape[1] >> 1)
  const projection = await fitProjection(scorer, embeddings, maxDimensions, random)
  if (projection === undefined) return undefined
  const histories = selectRows(ratings, measured)
  const queries = await embed(scorer, histories)
  for (const dimensions of dimensionsUpTo(projection.dimensions)) {
    const leading = leadingDimensions(projection, dimensions)
    const recall = await measureRecall(scorer, leading, histories, queries)
    if (recall >= minRecall) return { projection: leading, recall: { recall, users: measured.length } }
  }
  return undefined
}

/** Where the exact search begins to take much of the time of a request. */
const minRetrievalItems = 50_000
const minRecall = 0.99
const maxMeasured = 256
const maxFitted = 1000

/** Powers of two from 16, and all. */
function dimensionsUpTo(all: number): number[] {
  return [...[16, 32, 64, 128].filter((dimensions) => dimensions < all), all]
}

/** users × latent */
async function embed(model: LinearModel, histories: CsrMatrix): Promise<Float32Array> {
  const embeddings = new Float32Array(histories.rows * model.latentSize)
  for (let start = 0; start < histories.rows; start += batchSize) {
    const rows = Int32Array.from({ length: Math.min(batchSize, histories.rows - start) }, (_, n) => start + n)
    embeddings.set(await model.embed(selectRows(histories, rows)), start * model.latentSize)
  }
  return embeddings
}

const batchSize = 100
