// The embeddings of a model, page by page, in constant memory.
import type { IdMap } from '../../interactions/id-map.ts'
import { hasItemSpace } from '../../models/scorer.ts'
import type { UserHistories } from '../../ratings/user-histories.ts'
import { toHistory } from '../history.ts'
import { inferBatch } from '../inference/infer-batch.ts'
import type { InferenceModel } from '../inference/inference-model.ts'
import type { Embedding } from '../inference/requests.ts'

/** Users or items with their embeddings. */
export interface EmbeddingPage {
  readonly ids: readonly string[]
  readonly embeddings: readonly Embedding[]
}

/** All users who have rated an item that the model knows, embedded by their current ratings. */
export async function* userEmbeddings(
  model: InferenceModel,
  items: IdMap,
  userHistories: UserHistories,
): AsyncGenerator<EmbeddingPage> {
  for await (const page of userHistories(allUsers)) {
    const users = page
      .map(({ userId, history }) => ({ userId, history: toHistory(history, items).history }))
      .filter(({ history }) => history.items.length > 0)
    const requests = users.map(({ history }) => ({ kind: 'embed' as const, history }))
    yield { ids: users.map(({ userId }) => userId), embeddings: await inferBatch(model, requests) }
  }
}

/** All items that the model knows; no pages for a model without item vectors. */
export async function* itemEmbeddings(
  { scorer }: InferenceModel,
  items: IdMap,
): AsyncGenerator<EmbeddingPage> {
  if (!hasItemSpace(scorer)) return
  for (let start = 0; start < items.size; start += itemPageSize) {
    const ids = items.ids.slice(start, start + itemPageSize)
    const vectors = await scorer.itemVectors(Int32Array.from(ids, (_, n) => start + n))
    const size = scorer.itemVectorSize
    const embeddings = ids.map((_, n) => ({
      mean: vectors.subarray(n * size, (n + 1) * size),
      std: null,
    }))
    yield { ids, embeddings }
  }
}

const allUsers = 2 ** 31 - 1
const itemPageSize = 1000
