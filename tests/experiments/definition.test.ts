import { describe, expect, test } from 'vitest'
import { definitionSchema, isAA } from '../../src/experiments/definition.ts'
import { smallestDefinition } from './sample-definition.ts'

const problemsOf = (change: object) =>
  definitionSchema
    .safeParse({ ...smallestDefinition, ...change })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('an experiment definition', () => {
  test('spells out its defaults', () => {
    expect(definitionSchema.parse(smallestDefinition)).toMatchObject({
      mode: 'split',
      segment: { from: 0, to: 1 },
      confidence: 0.95,
      power: 0.8,
      attributionHours: 24,
      variants: [{ weight: 1 }, { weight: 1 }],
      primaryMetric: { direction: 'up' },
    })
  })

  test.each([
    [
      { variants: [smallestDefinition.variants[0], smallestDefinition.variants[0]] },
      'variants: names must differ',
    ],
    [{ variants: [smallestDefinition.variants[0]] }, 'variants: '],
    [{ segment: { from: 0.5, to: 0.5 } }, 'segment: must not be empty, got 0.5 to 0.5'],
    [{ testers: { ada: 'tretment' } }, 'testers: ada is assigned to tretment, which is not a variant'],
    [{ guardrails: [smallestDefinition.primaryMetric] }, 'guardrails: metrics must have different names'],
    [{ name: 'Größer' }, 'name: must be lower-case letters'],
    [{ minimumDetectableEffect: 0 }, 'minimumDetectableEffect: '],
    [
      { variants: [smallestDefinition.variants[0], { name: 'b', model: 'mult-vae@7' }] },
      'variants.1.model: must be the name of a model without a version',
    ],
    [
      {
        variants: [
          smallestDefinition.variants[0],
          { name: 'b', model: 'm', parameters: { explore: true, diversity: 0.5 } },
        ],
      },
      'variants.1.parameters.explore: cannot be combined with diversity',
    ],
    [{ hypotheses: 'typo' }, ': Unrecognized key: "hypotheses"'],
  ])('refuses %j', (change, problem) => {
    expect(problemsOf(change)?.join('\n')).toContain(problem)
  })

  test('interleaving takes two variants', () => {
    const three = [...smallestDefinition.variants, { name: 'third', model: 'u-autorec' }]
    expect(problemsOf({ mode: 'interleaving', variants: three })?.[0]).toContain(
      'interleaving drafts from two',
    )
  })

  test('is an A/A test when all variants serve the same', () => {
    const same = {
      ...smallestDefinition,
      variants: [smallestDefinition.variants[0], { name: 'b', model: 'i-autorec' }],
    }
    expect(isAA(definitionSchema.parse(same))).toBe(true)
    expect(isAA(definitionSchema.parse(smallestDefinition))).toBe(false)
    for (const change of [{ version: 3 }, { parameters: { diversity: 0.5 } }]) {
      const b = { name: 'b', model: 'i-autorec', ...change }
      expect(
        isAA(
          definitionSchema.parse({ ...smallestDefinition, variants: [smallestDefinition.variants[0], b] }),
        ),
      ).toBe(false)
    }
  })
})
