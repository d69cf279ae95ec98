import { beforeAll, expect, test } from 'vitest'
import { projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { createTestApp } from './test-app.ts'

const { app, database, ratings, registry, train } = await createTestApp()
let version: number

beforeAll(async () => {
  version = await train()
})

const erase = async (userId: string) =>
  (await app.request(`/users/${encodeURIComponent(userId)}`, { method: 'DELETE' })).json()

test('an erased user is unknown from the next request on, and no model changes', async () => {
  await ratings.save(['a', 'd', 'new'].map((itemId) => ({ userId: 'leaving', itemId, value: 4 })))
  expect(await erase('leaving')).toEqual({
    userId: 'leaving',
    erasedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    erasedRatings: 3,
    erasedRetractions: 0,
    erasedExposures: 0,
    erasedFeedback: 0,
    experimentsTested: 0,
    changedReports: 0,
    runsWithoutRatings: [],
    trainedVersions: [],
    unknownVersions: [{ model: 'projection', version }],
    trainingsInProgress: [],
  })
  expect(await (await app.request('/recommend/leaving')).json()).toMatchObject({
    model: { version },
    basis: 'popularity',
    historySize: 0,
  })
  expect(await database.sql`select 1 from ratings where user_id = 'leaving'`).toEqual([])
})

test('the response always names the versions trained on the user, and the champion among them', async () => {
  await registry.publish({ ...projectionArtifact(), model: 'recorded' }, provenance, ['ada'])
  const second = await registry.publish({ ...projectionArtifact(), model: 'recorded' }, provenance, [
    'bea',
    'ada',
  ])
  await registry.promote(second, { by: 'a test', reason: 'to serve' })
  const receipt = {
    trainedVersions: [
      { model: 'recorded', version: 2, through: 'ratings', isChampion: true },
      { model: 'recorded', version: 1, through: 'ratings', isChampion: false },
    ],
  }
  expect(await erase('ada')).toMatchObject(receipt)
  expect(await erase('ada')).toMatchObject(receipt)
  expect(await erase('bea')).toMatchObject({ trainedVersions: [{ version: 2 }] })
})

test('erasing an unknown user erases nothing', async () => {
  expect(await erase('never/seen')).toMatchObject({
    userId: 'never/seen',
    erasedRatings: 0,
    trainedVersions: [],
  })
})
