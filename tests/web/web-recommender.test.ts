// The lists of an exported model against those of the service's inference.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel, type ModelName, models } from '../../src/models/models.ts'
import { createRandom } from '../../src/random/random.ts'
import type { AvailabilityLimits } from '../../src/ratings/available-items.ts'
import type { RatedItem } from '../../src/ratings/user-ratings.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { recommend } from '../../src/recommender/recommend.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { serveModel } from '../../src/recommender/served-model.ts'
import { inTurns } from '../../src/recommender/turns.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { LoadedVersion } from '../../src/registry/registry.ts'
import { fit } from '../../src/training/fit.ts'
import type { Precision } from '../../src/web/encode-layers.ts'
import { encodeWebModel } from '../../src/web/encode-web-model.ts'
import { openWebModel } from '../../src/web/web-recommender.ts'
import { smallHyperparameters } from '../models/small-hyperparameters.ts'
import { lowRankPicks } from '../models/worlds.ts'
import { provenance } from '../registry/test-registry.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const itemCount = 120
const ids = Array.from({ length: itemCount }, (_, item) => `i${item}`)
const { train } = lowRankPicks(200, itemCount, 12, 1)

async function version(name: ModelName, given = {}): Promise<LoadedVersion> {
  const small = smallHyperparameters[name]
  const set = { ...small, ...('epochs' in small && { epochs: 2 }), ...given }
  const fitted = await fit({ model: findModel(name), train, seed: 1, hyperparameters: set })
  const hyperparameters = fitted.hyperparameters as Record<string, unknown>
  const artifact = artifactOf(
    { model: name, weights: fitted.weights, hyperparameters },
    { matrix: train, items: createIdMap(ids) },
  )
  const manifest = {
    ...{ ...provenance, model: name, version: 3, hyperparameters },
    ...{ artifact: { key: '', sha256: '', bytes: 0 }, prunedAt: null, createdAt: new Date(0) },
  }
  return { manifest, artifact }
}

async function open(
  loaded: LoadedVersion,
  precision: Precision,
  limits: readonly AvailabilityLimits[] = [],
  titles = new Map([['i1', 'One']]),
) {
  return openWebModel(await fileOf(loaded, precision, titles, limits))
}

async function fileOf(
  loaded: LoadedVersion,
  precision: Precision,
  titles: ReadonlyMap<string, string> = new Map(),
  limits: readonly AvailabilityLimits[] = [],
): Promise<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(await inTurns(encodeWebModel(loaded, titles, limits, precision))))
    .buffer
}

/** Positives, ratings below the threshold, dislikes of several strengths, a repeated and an unknown item. */
function someHistories(): RatedItem[][] {
  const random = createRandom('histories')
  const histories = Array.from({ length: 30 }, (_, n) =>
    Array.from({ length: 1 + (n % 12) }, () => ({
      itemId: ids[random.integer(itemCount)]!,
      value: [1, 1, 1, 0.5, -1, -3][random.integer(6)]!,
    })),
  )
  return [
    ...histories,
    [
      { itemId: 'i5', value: 1 },
      { itemId: 'unknown', value: 1 },
      { itemId: 'i5', value: -1 },
    ],
    [],
  ]
}

const exportable = models.filter(({ feedForward }) => feedForward).map(({ name }) => name as ModelName)

test('autoencoders with a multinomial likelihood, the ridge family, GF-CF and ELSA can be exported', () => {
  expect(exportable).toEqual(
    expect.arrayContaining(['mult-vae', 'mult-dae', 'ease', 'edlae', 'gf-cf', 'elsa']),
  )
})

describe.each(exportable)('%s', (name) => {
  test('recommends the items of the service, with its scores', async () => {
    const loaded = await version(name)
    const served = await serveModel(loaded, localInference(openArtifact))
    const web = await open(loaded, 'float32')
    for (const history of someHistories()) {
      const expected = await recommend(served, history, { ...defaultOptions, k: 10 })
      const { items, ...rest } = web.recommend(history, 10)
      expect(rest).toEqual({ basis: expected.basis, ignored: expected.ignored })
      expect(items.map(({ itemId }) => itemId)).toEqual(expected.items.map(({ itemId }) => itemId))
      for (const [n, { score }] of items.entries()) expect(score).toBeCloseTo(expected.items[n]!.score, 3)
    }
    served.retire()
  })
})

test.each([
  ['mult-vae', { hidden: [24, 16], activation: 'sigmoid' }],
  ['mult-vae', { hidden: [] }],
  ['mult-dae', { hidden: [24] }],
] as const)('%s with %j as well', async (name, hyperparameters) => {
  const loaded = await version(name, hyperparameters)
  const served = await serveModel(loaded, localInference(openArtifact))
  const web = await open(loaded, 'float32')
  for (const history of someHistories()) {
    const { items } = await recommend(served, history, { ...defaultOptions, k: 10 })
    expect(web.recommend(history, 10).items.map(({ itemId }) => itemId)).toEqual(
      items.map(({ itemId }) => itemId),
    )
  }
  served.retire()
})

test('with weights of 8 bits the scores differ by less than a hundredth of their range', async () => {
  const loaded = await version('mult-vae')
  const [exact, quantized] = [await open(loaded, 'float32'), await open(loaded, 'int8')]
  const size = async (precision: Precision) => (await fileOf(loaded, precision)).byteLength
  expect(await size('int8')).toBeLessThan((await size('float32')) / 2)
  for (const history of someHistories().filter((history) => exact.recommend(history).basis === 'history')) {
    const all = exact.recommend(history, itemCount).items
    const scores = new Map(
      quantized.recommend(history, itemCount).items.map(({ itemId, score }) => [itemId, score]),
    )
    const range = all[0]!.score - all.at(-1)!.score
    for (const { itemId, score } of all)
      expect(Math.abs(scores.get(itemId)! - score)).toBeLessThan(range / 100)
  }
})

test('items have titles, an item without a value has the highest rating, and items of the history are left out', async () => {
  const web = await open(await version('ease'), 'float32')
  const { items } = web.recommend([{ itemId: 'i2' }], itemCount)
  expect(items).toHaveLength(itemCount - 1)
  expect(items.map(({ itemId }) => itemId)).not.toContain('i2')
  expect(items.filter(({ title }) => title !== null)).toEqual([
    expect.objectContaining({ itemId: 'i1', title: 'One' }),
  ])
  expect(web.recommend([{ itemId: 'i2' }])).toEqual(web.recommend([{ itemId: 'i2', value: 1 }], 20))
})

test('items that are hidden, not yet or no longer available are left out', async () => {
  const limits = (
    id: string,
    hidden: boolean,
    from: number | null,
    until: number | null,
  ): AvailabilityLimits => {
    const date = (days: number | null) => (days === null ? null : new Date(Date.now() + days * 86_400_000))
    return { id, hidden, availableFrom: date(from), availableUntil: date(until) }
  }
  const web = await open(await version('ease'), 'float32', [
    limits('i0', true, null, null),
    limits('i1', false, 1, null),
    limits('i2', false, -1, 1),
    limits('i3', false, null, -1),
    limits('not in the model', true, null, null),
  ])
  const recommended = web.recommend([], itemCount).items.map(({ itemId }) => itemId)
  expect(ids.filter((id) => !recommended.includes(id))).toEqual(['i0', 'i1', 'i3'])
})

test('a model that is not a feed-forward network is refused, and the message lists those that are', async () => {
  await expect(fileOf(loadedPopularity, 'int8')).rejects.toThrow(
    /^popularity cannot be exported.*mult-vae, mult-dae/,
  )
})
const loadedPopularity = await version('popularity')

test('a file of another kind and a truncated file are refused', async () => {
  const bytes = await fileOf(await version('ease'), 'float32')
  for (const wrong of [
    bytes.slice(0, -1),
    bytes.slice(0, 100),
    bytes.slice(0, 4),
    new ArrayBuffer(0),
    Uint8Array.from(Buffer.from('<!doctype html><title>Not found</title>')).buffer,
  ])
    expect(() => openWebModel(wrong)).toThrow(/no model of npm run export-web, or is incomplete/)
})
