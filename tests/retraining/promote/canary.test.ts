import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { csrFromEntries } from '../../../src/interactions/csr/from-entries.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { findModel } from '../../../src/models/models.ts'
import type { Weights } from '../../../src/models/weights.ts'
import { type Artifact, artifactOf } from '../../../src/registry/artifact.ts'
import type { LoadedVersion } from '../../../src/registry/registry.ts'
import { checkCanary } from '../../../src/retraining/promote/canary.ts'
import { fit } from '../../../src/training/fit.ts'

const items = createIdMap(Array.from({ length: 15 }, (_, n) => `i${n}`))
/** Each of 15 users has rated three items in a row. */
const matrix = csrFromEntries(15, 15, {
  row: Int32Array.from({ length: 45 }, (_, n) => Math.floor(n / 3)),
  column: Int32Array.from({ length: 45 }, (_, n) => (Math.floor(n / 3) + (n % 3)) % 15),
  values: new Float32Array(45).fill(5),
})
const test15 = { users: Int32Array.from({ length: 15 }, (_, n) => n), histories: matrix, targets: matrix }
let artifact: Artifact

beforeAll(async () => {
  await useBackend('cpu')
  const { weights, hyperparameters } = await fit({ model: findModel('ease'), train: matrix, seed: 1 })
  artifact = artifactOf(
    { model: 'ease', hyperparameters: { ...hyperparameters }, weights },
    { matrix, items },
  )
})

const check = (given: Partial<Artifact> = {}) =>
  checkCanary(
    { manifest: {}, artifact: { ...artifact, ...given } } as unknown as LoadedVersion,
    test15,
    items,
  )

function changed(change: (value: number) => number): Weights {
  const { weights, ...others } = artifact.weights
  return { ...others, weights: { shape: weights!.shape, values: weights!.values.map(change) } }
}

test('a version passes if it serves an empty history, a history of one rating and all others', async () => {
  expect(await check()).toEqual({
    name: 'canary',
    passed: true,
    finding: 'The artifact loads and serves 17 test requests.',
  })
})

test.each<[string, () => Partial<Artifact>]>([
  ['weights that are no numbers', () => ({ weights: changed(() => Number.NaN) })],
  ['weights that overflow', () => ({ weights: changed(() => 3e38) })],
  ['weights that are missing', () => ({ weights: {} })],
  ['an unknown model', () => ({ model: 'nonsense' })],
])('%s would not serve', async (_, given) => {
  const { passed, finding } = await check(given())
  expect(passed).toBe(false)
  expect(finding).toMatch(/^It cannot serve requests: .+\.$/)
})
