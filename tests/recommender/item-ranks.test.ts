import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UserHistory } from '../../src/ratings/user-histories.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { rankForUsers } from '../../src/recommender/item-ranks.ts'
import { recommend } from '../../src/recommender/recommend.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { type ServedModel, serveModel, UnknownItemError } from '../../src/recommender/served-model.ts'
import { openProjection, projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'

const items = ['a', 'b', 'c', 'd']
/** Every subset of the items, also the empty one. */
const users: UserHistory[] = Array.from({ length: 16 }, (_, n) => ({
  userId: `u${n}`,
  history: items
    .filter((_, bit) => n & (1 << bit))
    .map((itemId, m) => ({ itemId, value: 1 + ((n + m) % 5) })),
}))
async function* histories(limit: number) {
  yield users.slice(0, Math.min(limit, 10))
  if (limit > 10) yield users.slice(10, limit)
}

describe('the ranks of an item', () => {
  let served: ServedModel
  beforeAll(async () => {
    const manifest = {
      ...provenance,
      model: 'projection',
      version: 1,
      hyperparameters: {},
      artifact: { key: 'k', sha256: 's', bytes: 1 },
      baselines: null,
      prunedAt: null,
      createdAt: new Date(),
    }
    served = await serveModel({ manifest, artifact: projectionArtifact(0.3) }, localInference(openProjection))
  })
  afterAll(() => served.retire())

  test('are the positions in the lists of the users', async () => {
    const limits = { users: 100, maxMs: 60_000 }
    for (const itemId of items) {
      const expected: [string, number][] = []
      for (const { userId, history } of users) {
        const list = await recommend(served, history, { ...defaultOptions, k: 4 })
        const position = list.items.findIndex((item) => item.itemId === itemId)
        if (position !== -1 && list.basis === 'history') expected.push([userId, position + 1])
      }
      const { ranks, raters, unranked, ...others } = await rankForUsers(served, itemId, histories, limits)
      expect(ranks.map(({ userId, rank }) => [userId, rank]).sort()).toEqual(expected.sort())
      expect(ranks.map(({ rank }) => rank)).toEqual(ranks.map(({ rank }) => rank).toSorted((a, b) => a - b))
      expect([raters, unranked, others]).toEqual([8, 1, { items: 4, isPartial: false }])
    }
  })

  test('end with the time limit', async () => {
    const { ranks, raters, isPartial } = await rankForUsers(served, 'a', histories, { users: 100, maxMs: -1 })
    expect(isPartial).toBe(true)
    expect(ranks.length + raters).toBeLessThan(16)
  })

  test('are none for an item that the model does not know', async () => {
    await expect(rankForUsers(served, 'z', histories, { users: 1, maxMs: 1 })).rejects.toThrow(
      UnknownItemError,
    )
  })
})
