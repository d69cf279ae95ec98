import { expect, test } from 'vitest'
import { formatCreated } from '../../scripts/experiment/format.ts'
import { definitionSchema } from '../../src/experiments/definition.ts'
import { smallestDefinition } from '../experiments/sample-definition.ts'

function printed(definition: object): string {
  return formatCreated({
    definition: definitionSchema.parse(definition),
    status: 'draft',
    createdAt: new Date(),
    startedAt: null,
    stoppedAt: null,
    weights: [],
  })
}

test('a created experiment is printed with all its defaults', () => {
  const text = printed(smallestDefinition)
  expect(text).toContain('"vae-against-autorec" is a draft')
  expect(JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))).toEqual({
    ...smallestDefinition,
    mode: 'split',
    variants: smallestDefinition.variants.map((variant) => ({ ...variant, parameters: {}, weight: 1 })),
    segment: { from: 0, to: 1 },
    eligibility: {},
    testers: {},
    primaryMetric: { ...smallestDefinition.primaryMetric, direction: 'up' },
    guardrails: [],
    confidence: 0.95,
    power: 0.8,
    attributionHours: 24,
    preExperimentDays: 28,
    days: 14,
  })
})

test('a created experiment names the requests that it decides', () => {
  expect(printed(smallestDefinition)).toContain('GET /recommend/:userId once it runs')
  expect(printed({ ...smallestDefinition, surface: 'home' })).toContain(
    'GET /recommend/:userId?surface=home once it runs',
  )
})
