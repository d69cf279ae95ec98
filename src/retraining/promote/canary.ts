// A canary test: a few requests to a version, made the way the service makes them.

import type { IdMap } from '../../interactions/id-map.ts'
import { localInference } from '../../recommender/inference/local-inference.ts'
import { recommend } from '../../recommender/recommend.ts'
import { defaultOptions } from '../../recommender/recommendation-options.ts'
import { serveModel } from '../../recommender/served-model.ts'
import { openArtifact } from '../../registry/open-artifact.ts'
import type { LoadedVersion } from '../../registry/registry.ts'
import type { HeldOut } from '../../splits/split.ts'
import type { Guardrail } from '../result.ts'

const listSize = 10
const histories = 20

interface RatedItem {
  readonly itemId: string
  readonly value: number
}

/** Requests lists for an empty history, a history of one rating, and the histories of some test users. */
export async function checkCanary(version: LoadedVersion, test: HeldOut, items: IdMap): Promise<Guardrail> {
  try {
    const model = await serveModel(version, localInference(openArtifact))
    try {
      const users = historiesOf(test, items)
      const requests = [[], ...users.slice(0, 1).map((rated) => rated.slice(0, 1)), ...users]
      for (const rated of requests)
        requireList(
          await recommend(model, rated, { ...defaultOptions, k: listSize }),
          rated,
          model.items.size,
        )
      return guardrail(true, `The artifact loads and serves ${requests.length} test requests.`)
    } finally {
      model.inference.dispose()
    }
  } catch (error) {
    return guardrail(false, `It cannot serve requests: ${(error as Error).message}.`)
  }
}

function historiesOf(
  { histories: { rows, offsets, indices, values } }: HeldOut,
  items: IdMap,
): RatedItem[][] {
  return Array.from({ length: Math.min(rows, histories) }, (_, row) =>
    Array.from(indices.subarray(offsets[row], offsets[row + 1]), (item, n) => ({
      itemId: items.idOf(item),
      value: values[offsets[row]! + n]!,
    })),
  )
}

function requireList(
  { items }: { readonly items: readonly { readonly itemId: string; readonly score: number }[] },
  rated: readonly RatedItem[],
  itemCount: number,
): void {
  const expected = Math.min(listSize, itemCount - rated.length)
  const known = new Set(rated.map(({ itemId }) => itemId))
  if (items.length < expected)
    throw new Error(`a history of ${rated.length} ratings got ${items.length} items, not ${expected}`)
  const bad = items.find(({ itemId, score }) => known.has(itemId) || !Number.isFinite(score))
  if (bad) throw new Error(`a history of ${rated.length} ratings got item ${bad.itemId}, score ${bad.score}`)
}

function guardrail(passed: boolean, finding: string): Guardrail {
  return { name: 'canary', passed, finding }
}
