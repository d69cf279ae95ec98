import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { findModel } from '../../../src/models/models.ts'
import { chooseThread } from '../../../src/recommender/inference/choose-thread.ts'
import { InferenceLostError } from '../../../src/recommender/inference/inference.ts'
import { startInferenceThreads } from '../../../src/recommender/inference/inference-threads.ts'
import { localInference } from '../../../src/recommender/inference/local-inference.ts'
import type { RankRequest } from '../../../src/recommender/inference/requests.ts'
import { defaultOptions } from '../../../src/recommender/recommendation-options.ts'
import { type Artifact, artifactOf, decodeArtifact, encodeArtifact } from '../../../src/registry/artifact.ts'
import { openArtifact } from '../../../src/registry/open-artifact.ts'
import { fit } from '../../../src/training/fit.ts'
import { smallHyperparameters } from '../../models/small-hyperparameters.ts'
import { lowRankPicks } from '../../models/worlds.ts'

const { train } = lowRankPicks(60, 50, 12, 1)
const items = createIdMap(Array.from({ length: 50 }, (_, item) => `item ${item}`))
const threads = await startInferenceThreads({ backend: 'cpu' })
afterAll(() => threads.close())

let stored: Uint8Array
/** The same artifact each time, in new memory. */
const artifact = (): Artifact => decodeArtifact(new Uint8Array(stored))

beforeAll(async () => {
  await useBackend('cpu')
  const { weights, hyperparameters } = await fit({
    model: findModel('mult-vae'),
    hyperparameters: smallHyperparameters['mult-vae'],
    train,
    seed: 1,
  })
  const trained = { model: 'mult-vae', hyperparameters: { ...hyperparameters }, weights }
  stored = Buffer.concat(encodeArtifact(artifactOf(trained, { matrix: train, items })))
})

const rank = (user: number): RankRequest => {
  const [start, end] = [train.offsets[user]!, train.offsets[user + 1]!]
  const history = { items: train.indices.slice(start, end), values: train.values.slice(start, end) }
  const query = { kind: 'history' as const, history }
  return { kind: 'rank', query, excluded: history.items, allowed: null, options: defaultOptions }
}
const users = Array.from({ length: 40 }, (_, user) => user)

test('results from a thread, alone or in batches, equal those of local inference', async () => {
  const local = await localInference(openArtifact)(artifact())
  const remote = await threads.open(artifact())
  expect(remote.capabilities).toEqual(local.capabilities)
  const expected = await Promise.all(users.map((user) => local.infer(rank(user))))
  expect(await Promise.all(users.map((user) => remote.infer(rank(user))))).toEqual(expected)
  for (const user of [0, 7]) expect(await remote.infer(rank(user))).toEqual(expected[user])
  local.dispose()
  remote.dispose()
})

test('models share a thread; one is freed while the other computes', async () => {
  const [first, second] = [await threads.open(artifact()), await threads.open(artifact())]
  const expected = await first.infer(rank(3))
  const results = users.map(() => second.infer(rank(3)))
  first.dispose()
  for (const result of await Promise.all(results)) expect(result).toEqual(expected)
  expect([first.isLost, second.isLost]).toEqual([true, false])
  second.dispose()
})

describe('the thread for another model', () => {
  const thread = (weightMiB: number) => ({ hasModels: weightMiB > 0, weightBytes: weightMiB * 2 ** 20 })
  const [empty, small, large] = [thread(0), thread(10), thread(200)]

  test('is an unused one if there is one', () => {
    expect(chooseThread([small, empty], 1e9, 4)).toBe(empty)
  })

  test('is a new one while more may be shared', () => {
    expect(chooseThread([small], 1000, 2)).toBeUndefined()
    expect(chooseThread([], 1000, 1)).toBeUndefined()
  })

  test('is then the one with the fewest weights, unless the model is too large for it', () => {
    expect(chooseThread([large, small], 1000, 2)).toBe(small)
    expect(chooseThread([large, small], 250 * 2 ** 20, 2)).toBeUndefined()
    expect(chooseThread([large], 50 * 2 ** 20, 1)).toBe(large)
  })
})

test('the weights are moved, not copied', async () => {
  const moved = artifact()
  const inference = await threads.open(moved)
  expect(Object.values(moved.weights).every(({ values }) => values.length === 0)).toBe(true)
  inference.dispose()
})

test('unusable weights are rejected, and other models can still be opened', async () => {
  await expect(threads.open({ ...artifact(), weights: {} })).rejects.toThrow('positiveThreshold')
  await expect(threads.open({ ...artifact(), popularity: new Float32Array(3) })).rejects.toThrow(
    'The weights have 50 items, the artifact has 3 item ids',
  )
  const inference = await threads.open(artifact())
  await inference.infer(rank(1))
  inference.dispose()
})

test('an unusable backend is an error with the reason', async () => {
  await expect(startInferenceThreads({ backend: 'abacus' })).rejects.toThrow("There is no backend 'abacus'")
})

test('when a thread ends, its pending requests fail, and the model can be opened again', async () => {
  const inference = await threads.open(artifact())
  const results = Promise.allSettled(users.map((user) => inference.infer(rank(user))))
  await new Promise(setImmediate)
  inference.dispose()
  for (const result of await results)
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(InferenceLostError)
  expect(inference.isLost).toBe(true)
  await expect(inference.infer(rank(0))).rejects.toThrow(InferenceLostError)
  const reopened = await threads.open(artifact())
  expect(reopened.isLost).toBe(false)
  await reopened.infer(rank(0))
  reopened.dispose()
})
