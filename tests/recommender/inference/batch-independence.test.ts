// A request has the same result, to the last bit, whatever other requests are in its batch.
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { findModel, type ModelName, modelNames } from '../../../src/models/models.ts'
import type { Scorer } from '../../../src/models/scorer.ts'
import type { History } from '../../../src/recommender/history.ts'
import { inferBatch } from '../../../src/recommender/inference/infer-batch.ts'
import { InferenceModel } from '../../../src/recommender/inference/inference-model.ts'
import {
  type Blend,
  type Capabilities,
  type EligibleItems,
  type ExplorationDraw,
  explorationDraws,
  type InferenceRequest,
  type RankRequest,
} from '../../../src/recommender/inference/requests.ts'
import {
  defaultOptions,
  type RecommendationOptions,
} from '../../../src/recommender/recommendation-options.ts'
import { fit } from '../../../src/training/fit.ts'
import { smallHyperparameters } from '../../models/small-hyperparameters.ts'
import { lowRankPicks } from '../../models/worlds.ts'

const itemCount = 203
const { train: picks } = lowRankPicks(60, itemCount, 12, 1)
// models that predict ratings do not learn from equal values
const train = { ...picks, values: picks.values.map((_, n) => 4 + (n % 2)) }
const popularity = Float32Array.from({ length: itemCount }, (_, item) => (item * 7) % 31)

const history: fc.Arbitrary<History> = fc
  .uniqueArray(fc.tuple(fc.nat(itemCount - 1), fc.constantFrom(-1, 1, 2, 3, 4, 5)), {
    selector: ([item]) => item,
    maxLength: 120,
  })
  .map((rated) => {
    const sorted = rated.toSorted(([a], [b]) => a - b)
    return {
      items: Int32Array.from(sorted, ([item]) => item),
      values: Float32Array.from(sorted, ([, value]) => value),
    }
  })

const item = fc.nat(itemCount - 1)
const blend = fc.constantFrom<Blend[]>('mean', 'least-misery')

/** All requests that a model with these capabilities supports. */
function requests({
  latentSize,
  hasPosterior,
  predictsRatings,
  itemVectorSize,
}: Capabilities): fc.Arbitrary<InferenceRequest> {
  const kinds: fc.Arbitrary<InferenceRequest>[] = [
    fc
      .record({ of: history, isPenalized: fc.boolean() })
      .map(({ of, isPenalized }) => rank(of, { popularityPenalty: isPenalized ? 0.5 : 0 })),
    fc.tuple(fc.array(history, { minLength: 1, maxLength: 4 }), blend).map(([members, blend]) => ({
      ...rank(members[0]!),
      query: { kind: 'group' as const, members, blend },
    })),
    fc.tuple(history, item).map(([history, item]) => ({
      kind: 'explain',
      query: { kind: 'history', history },
      item,
      ...eligible(history),
    })),
    fc.tuple(history, item).map(([history, item]) => ({
      kind: 'contributions',
      history,
      item,
    })),
    history.map((history) => ({
      kind: 'score',
      query: { kind: 'history', history },
      items: Int32Array.of(3, 200, 17),
    })),
  ]
  if (predictsRatings)
    kinds.push(history.map((history) => ({ kind: 'predict', history, items: Int32Array.of(3, 200, 17, 3) })))
  if (latentSize !== null) kinds.push(history.map((history) => ({ kind: 'embed', history })))
  if (itemVectorSize !== null)
    kinds.push(
      history.map((history) => rank(history, { diversity: 0.4 })),
      item.map((item) => ({ kind: 'similar-items', item, k: 9, ...eligible() })),
    )
  const draw: fc.Arbitrary<ExplorationDraw> = fc.oneof(
    fc.constant({ from: 'greedy' as const }),
    fc.nat(explorationDraws - 1).map((point) => ({ from: 'posterior' as const, point })),
    fc.nat().map((seed) => ({ from: 'uniform' as const, seed })),
  )
  if (hasPosterior)
    kinds.push(
      fc.tuple(history, draw).map(([history, draw]) => ({
        kind: 'explore',
        history,
        options: { ...defaultOptions, k: 9 },
        draw,
        ...eligible(history),
      })),
      fc.array(history, { minLength: 1, maxLength: 4 }).map((members) => ({
        ...rank(members[0]!),
        query: { kind: 'group' as const, members, blend: 'product-of-experts' as const },
      })),
    )
  return fc.oneof({ weight: 4, arbitrary: kinds[0]! }, ...kinds)
}

function rank(history: History, options: Partial<RecommendationOptions> = {}): RankRequest {
  const query = { kind: 'history' as const, history }
  return { kind: 'rank', query, ...eligible(history), options: { ...defaultOptions, k: 20, ...options } }
}

function eligible(history?: History): EligibleItems {
  return { excluded: history?.items ?? new Int32Array(0), allowed: null }
}

/** Wide enough for the products of ONNX Runtime, in odd sizes. */
const wide: Partial<Record<ModelName, object>> = {
  'u-autorec': { hidden: 67 },
  'i-autorec': { hidden: 67 },
  'mult-vae': { hidden: [130], latent: 33 },
  'mult-dae': { latent: 67 },
}

beforeAll(async () => {
  await useBackend('wasm')
})

describe.each(modelNames)('%s', (name) => {
  let scorer: Scorer

  beforeAll(async () => {
    const model = findModel(name)
    const few = model.kind === 'gradient' ? { epochs: 3 } : {}
    const hyperparameters = { ...smallHyperparameters[name], ...few, ...wide[name] }
    const fitted = await fit({ model, train, seed: 1, hyperparameters })
    scorer = model.open(fitted.weights, fitted.hyperparameters)
    return () => scorer.dispose()
  }, 60_000)

  test('a request has the same result alone and in a batch', async () => {
    const model = new InferenceModel(scorer, popularity)
    const several = fc.array(requests(model.capabilities), { minLength: 2, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(several, async (batch) => {
        const together = await inferBatch(model, batch)
        const alone = []
        for (const request of batch) alone.push(...(await inferBatch(model, [request])))
        expect(together).toEqual(alone)
      }),
      { numRuns: 8, seed: 3 },
    )
  })
})
