// All embeddings of a model, page by page, in constant memory.
import type { IdMap } from '../../interactions/id-map.ts'
import { hasItemSpace } from '../../models/scorer.ts'
import type { ReadTastes } from '../../ratings/taste-sample.ts'
import { answerQuestions } from '../answering/answer-questions.ts'
import type { AnsweringModel } from '../answering/answering-model.ts'
import type { Embedding } from '../answering/question.ts'
import { toHistory } from '../history.ts'

/** Users or items, with an embedding for each. */
export interface EmbeddingPage {
  readonly ids: readonly string[]
  readonly embeddings: readonly Embedding[]
}

export interface ExportedModel extends AnsweringModel {
  readonly items: IdMap
}

/** Everybody who has rated an item that the model knows, as they stand now. */
export async function* userEmbeddings(
  model: ExportedModel,
  readTastes: ReadTastes,
): AsyncGenerator<EmbeddingPage> {
  for await (const page of readTastes(everybody)) {
    const users = page
      .map(({ userId, history }) => ({ userId, history: toHistory(history, model.items).history }))
      .filter(({ history }) => history.items.length > 0)
    const questions = users.map(({ history }) => ({ kind: 'embed' as const, history }))
    yield { ids: users.map(({ userId }) => userId), embeddings: await answerQuestions(model, questions) }
  }
}

/** Every item that the model knows; nothing where items have no vectors. */
export async function* itemEmbeddings({ scorer, items }: ExportedModel): AsyncGenerator<EmbeddingPage> {
  if (!hasItemSpace(scorer)) return
  for (let start = 0; start < items.size; start += itemsAtOnce) {
    const ids = items.ids.slice(start, start + itemsAtOnce)
    const vectors = await scorer.itemVectors(Int32Array.from(ids, (_, n) => start + n))
    const size = scorer.itemVectorSize
    const embeddings = ids.map((_, n) => ({
      mean: vectors.subarray(n * size, (n + 1) * size),
      std: null,
    }))
    yield { ids, embeddings }
  }
}

const everybody = 2 ** 31 - 1
const itemsAtOnce = 1000
