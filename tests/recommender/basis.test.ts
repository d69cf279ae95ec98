// Whatever the model and the scale of the data: a list that claims to be based on the history depends on it.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { positiveThresholdOf } from '../../src/interactions/positive-threshold.ts'
import { positives } from '../../src/interactions/positives.ts'
import { findModel, type ModelName, modelNames } from '../../src/models/models.ts'
import type { RatedItem } from '../../src/ratings/user-ratings.ts'
import { explain } from '../../src/recommender/explain.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { recommend } from '../../src/recommender/recommend.ts'
import { recommendForGroup } from '../../src/recommender/recommend-for-group.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { scoreItems } from '../../src/recommender/score-items.ts'
import { type ServedModel, serveModel } from '../../src/recommender/served-model.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { LoadedVersion } from '../../src/registry/registry.ts'
import { fit } from '../../src/training/fit.ts'
import { smallHyperparameters } from '../models/small-hyperparameters.ts'
import { matrixOf } from '../models/worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const items = 16
const users = 48

/** Users of two groups with opposite preferences, each for two of four levels; higher item numbers are rated more rarely. */
function worldOf(levels: readonly (number | undefined)[]): CsrMatrix {
  return matrixOf(users, items, (user, item) => {
    if ((user * 7 + item * 5) % 11 < item / 3) return undefined
    const preferred = user % 2 === item % 2 ? 2 : 0
    return levels[preferred + ((user + Math.floor(item / 2)) % 2)]
  })
}

/** Of ratings by the group that does not prefer an item, then by the one that does. */
const scales: Readonly<Record<string, readonly (number | undefined)[]>> = {
  '1 to 5': [1, 2, 4, 5],
  '0 to 10': [0, 3, 8, 10],
  '−10 to 10': [-10, -2, 6, 10],
  'likes and none': [0, 0, 1, 1],
  quantities: [undefined, undefined, 1, 2],
}

const options = { ...defaultOptions, k: items, excludeSeen: false }
const impersonal: readonly ModelName[] = ['popularity', 'bias']

describe.each(Object.keys(scales))('on ratings of %s', (scale) => {
  const levels = scales[scale]!
  const world = worldOf(levels)
  const values = levels.filter((level) => level !== undefined)
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const rated = (numbers: readonly number[], value: number): RatedItem[] =>
    numbers.map((item) => ({ itemId: String(item), value }))

  describe.each(modelNames)('%s', (name) => {
    let model: ServedModel
    // the model ranks by the number of positives, all others fall back to the number of ratings
    const counted = name === 'popularity' ? positives(world, positiveThresholdOf({ matrix: world })) : world

    beforeAll(async () => {
      model = await serve(name, world)
      return () => model.inference.dispose()
    })

    test('gives users with disjoint histories different lists, or says that they are based on popularity', async () => {
      const lists = [
        await recommend(model, rated([0, 2, 4], highest), options),
        await recommend(model, rated([1, 3, 5], highest), options),
      ]
      for (const { basis, items } of lists) {
        expect(basis).toBe(impersonal.includes(name) ? 'popularity' : 'history')
        expect(new Set(items.map(({ score }) => score)).size).toBeGreaterThan(1)
      }
      const [even, odd] = lists.map(({ items }) => items.map(({ itemId }) => itemId))
      if (!impersonal.includes(name)) expect(even).not.toEqual(odd)
    })

    test.skipIf(scale === 'quantities')('ranks by popularity for a history without positives', async () => {
      const history = rated([1, 3], lowest)
      const { basis, items } = await recommend(model, history, options)
      expect(basis).toBe('popularity')
      expect(items.map(({ itemId }) => Number(itemId))).toEqual(byPopularity(counted))
      expect((await recommendForGroup(model, [history], 'mean', options)).basis).toBe('popularity')
      expect((await scoreItems(model, history, ['5'])).basis).toBe('popularity')
      const explanation = await explain(model, history, '5', options)
      expect(explanation).toMatchObject({ basis: 'popularity', reasons: [] })
      expect(explanation.rank).toBe(byPopularity(counted).indexOf(5) + 1)
    })
  })
})

/** Item numbers; equally popular ones in their order. */
function byPopularity({ indices }: CsrMatrix): number[] {
  const counts = new Array<number>(items).fill(0)
  for (const item of indices) counts[item]!++
  return [...counts.keys()].sort((a, b) => counts[b]! - counts[a]! || a - b)
}

async function serve(name: ModelName, train: CsrMatrix): Promise<ServedModel> {
  const model = findModel(name)
  const hyperparameters = { ...smallHyperparameters[name], ...(model.kind === 'gradient' && { epochs: 3 }) }
  const { weights, ...fitted } = await fit({ model, hyperparameters, train, seed: 1 })
  const artifact = artifactOf(
    { model: name, hyperparameters: { ...fitted.hyperparameters }, weights },
    { matrix: train, items: createIdMap(Array.from({ length: items }, (_, item) => String(item))) },
  )
  const manifest = { model: name, version: 1 } as LoadedVersion['manifest']
  return serveModel({ manifest, artifact }, localInference(openArtifact))
}
