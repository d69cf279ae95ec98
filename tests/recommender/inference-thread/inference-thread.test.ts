import { afterAll, beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { findModel } from '../../../src/models/models.ts'
import type { Question } from '../../../src/recommender/answering/question.ts'
import { InferenceLostError } from '../../../src/recommender/inference.ts'
import { inThisThread } from '../../../src/recommender/inference-in-this-thread.ts'
import { InferenceThread } from '../../../src/recommender/inference-thread/inference-thread.ts'
import { type Artifact, artifactOf, decodeArtifact, encodeArtifact } from '../../../src/registry/artifact.ts'
import { openArtifact } from '../../../src/registry/open-artifact.ts'
import { fit } from '../../../src/training/fit.ts'
import { smallHyperparameters } from '../../models/small-hyperparameters.ts'
import { lowRankPicks } from '../../models/worlds.ts'

const { train } = lowRankPicks(60, 50, 12, 1)
const items = createIdMap(Array.from({ length: 50 }, (_, item) => `item ${item}`))
const thread = new InferenceThread({ backend: 'cpu' })
afterAll(() => thread.close())

let stored: Uint8Array
/** The same artifact each time, in memory of its own. */
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

const rank = (user: number): Question => {
  const [start, end] = [train.offsets[user]!, train.offsets[user + 1]!]
  const history = { items: train.indices.slice(start, end), values: train.values.slice(start, end) }
  return {
    kind: 'rank',
    taste: { kind: 'history', history },
    k: 10,
    excluded: history.items,
    allowed: null,
    popularityPenalty: 0,
    diversity: 0,
  }
}
const users = Array.from({ length: 40 }, (_, user) => user)

test('answers from the thread, alone or in a crowd, are those of this thread', async () => {
  const here = await inThisThread(openArtifact)(artifact())
  const there = await thread.open(artifact())
  expect(there.abilities).toEqual(here.abilities)
  const expected = await Promise.all(users.map((user) => here.answer(rank(user))))
  expect(await Promise.all(users.map((user) => there.answer(rank(user))))).toEqual(expected)
  for (const user of [0, 7]) expect(await there.answer(rank(user))).toEqual(expected[user])
  here.dispose()
  there.dispose()
})

test('the weights are moved, not copied', async () => {
  const moved = artifact()
  const inference = await thread.open(moved)
  expect(Object.values(moved.weights).every(({ values }) => values.length === 0)).toBe(true)
  inference.dispose()
})

test('weights that cannot be used are refused, and others still answer', async () => {
  await expect(thread.open({ ...artifact(), weights: {} })).rejects.toThrow('positiveThreshold')
  await expect(thread.open({ ...artifact(), popularity: new Float32Array(3) })).rejects.toThrow(
    'Its weights are of 50 items, its ids of 3',
  )
  const inference = await thread.open(artifact())
  await inference.answer(rank(1))
  inference.dispose()
})

test('a backend that cannot be used is told, with the reason', async () => {
  const other = new InferenceThread({ backend: 'abacus' })
  await expect(other.start()).rejects.toThrow("There is no backend 'abacus'")
})

test('a thread that ends fails what it was asked, and is started again by the next opening', async () => {
  const ending = new InferenceThread({ backend: 'cpu' })
  const inference = await ending.open(artifact())
  const answers = Promise.allSettled(users.map((user) => inference.answer(rank(user))))
  await new Promise(setImmediate)
  await ending.close()
  for (const answer of await answers)
    if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(InferenceLostError)
  expect(inference.isLost).toBe(true)
  await expect(inference.answer(rank(0))).rejects.toThrow(InferenceLostError)
  const again = await ending.open(artifact())
  expect(again.isLost).toBe(false)
  await again.answer(rank(0))
  await ending.close()
})
