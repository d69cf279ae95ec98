import { expect, test } from 'vitest'
import { describeUnanswered } from '../../scripts/experiment/unanswered.ts'

test('a variant whose model has no champion is told of, unless a version is pinned', async () => {
  const plain = { parameters: {}, weight: 1 }
  const variants = [
    { name: 'answered', model: 'i-autorec', ...plain },
    { name: 'pinned', model: 'mult-vae', version: 3, ...plain },
    { name: 'treatment', model: 'mult-vea', ...plain },
  ]
  const registry = { champions: async () => [{ model: 'i-autorec', version: 1, promotedAt: new Date() }] }
  expect(await describeUnanswered({ variants }, registry as never)).toEqual([
    expect.stringMatching(/^No version of mult-vea answers: .* the users of treatment are served outside/),
  ])
})
