// Any mixture of requests, computed together.
import type { Found, Search } from '../../compute/inner-product-search.ts'
import {
  hasPosterior,
  hasTopK,
  isLatentModel,
  isRatingPredictor,
  type LatentModel,
  type RatingPredictor,
  type Scorer,
  type TopKModel,
} from '../../models/scorer.ts'
import type { History } from '../history.ts'
import type { Computation } from './computation.ts'
import { contributionsOf } from './contributions.ts'
import { computeEmbedding } from './embed.ts'
import { computeExplanation } from './explain.ts'
import { computeExploration } from './explore.ts'
import { toMatrix } from './history-matrix.ts'
import type { InferenceModel } from './inference-model.ts'
import { interestsOf } from './interests.ts'
import { searchAmongTrained } from './merge-new-items.ts'
import { computePrediction } from './predict.ts'
import { computeRank } from './rank.ts'
import type { Embedding, InferenceRequest, InferenceResult } from './requests.ts'
import { computeScores } from './score.ts'
import { itemVector, similarItems } from './similar-items.ts'

/**
 * Computes the results in the order of the requests. A result does not depend on the other requests, to the last bit:
 * a row of a batch is computed like any other, and no batch has one row or more than `maxRows`.
 */
export async function inferBatch<R extends InferenceRequest>(
  model: InferenceModel,
  requests: readonly R[],
): Promise<InferenceResult<R>[]> {
  const { scorer } = model
  const computations = requests.map((request) => computationOf(model, request))
  if (isLatentModel(scorer)) await computeInLatentSpace(model, scorer, computations)
  else await computeByScores(model, computations)
  if (isRatingPredictor(scorer)) await predictRatings(scorer, computations)
  const results: InferenceResult<R>[] = []
  for (const computation of computations) results.push((await computation.result()) as InferenceResult<R>)
  return results
}

function computationOf(model: InferenceModel, request: InferenceRequest): Computation {
  switch (request.kind) {
    case 'rank':
      return computeRank(model, request)
    case 'explore':
      return computeExploration(model, request)
    case 'score':
      return computeScores(model, request)
    case 'predict':
      return computePrediction(request)
    case 'interests':
      return { histories: [], result: () => interestsOf(model, request) }
    case 'embed':
      return computeEmbedding(request)
    case 'explain':
      return computeExplanation(model, request)
    case 'contributions':
      return { histories: [], result: () => contributionsOf(model, request) }
    case 'item-vector':
      return { histories: [], result: () => itemVector(model, request) }
    case 'similar-items':
      return { histories: [], result: () => similarItems(model, request) }
  }
}

/** Encodes all histories, then decodes all embeddings. */
async function computeInLatentSpace(
  model: InferenceModel,
  scorer: LatentModel,
  computations: readonly Computation[],
): Promise<void> {
  const { itemCount, latentSize } = scorer
  const encoded = await encode(scorer, computations)
  const rows: DecodedRow[] = []
  let next = 0
  for (const computation of computations) {
    const embeddings = encoded.slice(next, next + computation.histories.length)
    next += embeddings.length
    const points = computation.embeddingsToDecode
      ? computation.embeddingsToDecode(embeddings)
      : embeddings.map(({ mean }) => mean)
    for (const point of points) rows.push({ computation, point })
  }
  const topKModel = hasTopK(scorer) ? scorer : undefined
  const searched = topKModel ? rows.filter(({ computation }) => computation.search) : []
  for (const chunk of chunksOf(searched, maxScoreRows(itemCount))) {
    const searches = chunk.map(({ computation }) => computation.search!)
    const found = await topItemsOf(model, topKModel!, stack(chunk, latentSize), searches)
    for (const [n, { computation }] of chunk.entries()) computation.onTopItems!(found[n]!)
  }
  const scored = searched.length === 0 ? rows : rows.filter(({ computation }) => !computation.search)
  for (const chunk of chunksOf(scored, maxScoreRows(itemCount)))
    passScores(chunk, await scorer.decode(stack(chunk, latentSize)), model)
}

async function topItemsOf(
  model: InferenceModel,
  scorer: TopKModel,
  embeddings: Float32Array,
  searches: readonly Search[],
): Promise<Found[]> {
  if (model.newItemCount === 0) return scorer.topK(embeddings, searches)
  const found = await scorer.topK(
    embeddings,
    searches.map((search) => searchAmongTrained(search, scorer.itemCount)),
  )
  return model.addNewItems(scorer, embeddings, searches, found)
}

interface DecodedRow {
  readonly computation: Computation
  /** The embedding to decode. */
  readonly point: Float32Array
}

/** rows × latent. */
function stack(rows: readonly DecodedRow[], latentSize: number): Float32Array {
  const points = new Float32Array(Math.max(rows.length, minRows) * latentSize)
  for (const [n, { point }] of rows.entries()) points.set(point, n * latentSize)
  return points
}

async function encode(model: LatentModel, computations: readonly Computation[]): Promise<Embedding[]> {
  const histories = computations.flatMap((computation) => computation.histories)
  const withStd = computations.some(({ std }) => std)
  const encoded: Embedding[] = []
  for (const chunk of chunksOf(histories, maxRows)) {
    const batch = toMatrix(chunk, model.itemCount, minRows)
    const { mean, std } =
      withStd && hasPosterior(model)
        ? await model.posterior(batch)
        : { mean: await model.embed(batch), std: null }
    for (let row = 0; row < chunk.length; row++) {
      const [start, end] = [row * model.latentSize, (row + 1) * model.latentSize]
      encoded.push({ mean: mean.slice(start, end), std: std?.slice(start, end) ?? null })
    }
  }
  return encoded
}

async function computeByScores(model: InferenceModel, computations: readonly Computation[]): Promise<void> {
  const { itemCount, score } = model.scorer
  const rows = computations.flatMap((computation) =>
    computation.histories.map((history) => ({ computation, history })),
  )
  for (const chunk of chunksOf(rows, maxScoreRows(itemCount))) {
    const histories = chunk.map(({ history }) => history)
    passScores(chunk, await score(toMatrix(histories, itemCount, minRows)), model)
  }
}

async function predictRatings(
  model: Scorer & RatingPredictor,
  computations: readonly Computation[],
): Promise<void> {
  const predicted = computations.filter(({ prediction }) => prediction !== undefined)
  for (const chunk of chunksOf(predicted, maxRows)) {
    const histories = toMatrix(
      chunk.map(({ prediction }) => prediction!.history),
      model.itemCount,
      minRows,
    )
    const targets = toMatrix(
      chunk.map(({ prediction }) => unrated(prediction!.items.filter((item) => item < model.itemCount))),
      model.itemCount,
      minRows,
    )
    // the ratings may have changed since training, so that every user counts as unknown
    const users = new Int32Array(histories.rows).fill(-1)
    const ratings = await model.predict(users, histories, targets)
    const ofNewItems = model.predictUnknownItem(histories)
    for (const [row, { prediction, onRatings }] of chunk.entries()) {
      const predicted = new Float32Array(prediction!.items.length).fill(ofNewItems[row]!)
      predicted.set(ratings.subarray(targets.offsets[row], targets.offsets[row + 1]))
      onRatings!(predicted)
    }
  }
}

function unrated(items: Int32Array): History {
  return { items, values: new Float32Array(items.length) }
}

function passScores(
  rows: readonly { readonly computation: Computation }[],
  scores: Float32Array,
  model: InferenceModel,
): void {
  const { itemCount } = model.scorer
  for (const [n, { computation }] of rows.entries())
    computation.onScores?.(model.extend(scores.subarray(n * itemCount, (n + 1) * itemCount)))
}

function* chunksOf<T>(rows: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

/** Limits the scores of a chunk to 64 MiB. */
function maxScoreRows(itemCount: number): number {
  return Math.min(Math.max(Math.floor(2 ** 24 / itemCount), 1), maxRows)
}

/** One row, and more rows than these, go through other kernels, whose rounding differs. */
const minRows = 2
const maxRows = 128
