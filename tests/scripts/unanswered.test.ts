import { expect, test } from 'vitest'
import { describeUnanswered } from '../../scripts/experiment/unanswered.ts'
import { createTestDatabase } from '../db/test-database.ts'

test('a variant whose model has no champion is told of, unless a version is pinned', async () => {
  const database = await createTestDatabase()
  const variant = { parameters: {}, weight: 1 }
  const variants = [
    { name: 'control', model: 'mult-vae', version: 3, ...variant },
    { name: 'treatment', model: 'mult-vea', ...variant },
  ]
  expect(await describeUnanswered(database, { variants })).toEqual([
    expect.stringMatching(/^No version of mult-vea answers: .* the users of treatment are served outside/),
  ])
})
