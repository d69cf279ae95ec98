import { expect, test } from 'vitest'
import { formatModelsWithoutChampion } from '../../src/experiments/models-without-champion.ts'

test('warns of a variant whose model has no champion, unless it pins a version', async () => {
  const plain = { parameters: {}, weight: 1 }
  const variants = [
    { name: 'served', model: 'i-autorec', ...plain },
    { name: 'pinned', model: 'mult-vae', version: 3, ...plain },
    { name: 'treatment', model: 'mult-vea', ...plain },
  ]
  const registry = { champions: async () => [{ model: 'i-autorec', version: 1, promotedAt: new Date() }] }
  expect(await formatModelsWithoutChampion({ variants }, registry as never)).toEqual([
    expect.stringMatching(/^mult-vea has no champion: .* the users of treatment are served outside/),
  ])
})
