import { describe, expect, test } from 'vitest'
import { lastPeriod } from '../../src/splits/last-period.ts'
import { predefined } from '../../src/splits/predefined.ts'
import { splitBy } from '../../src/splits/protocol.ts'
import { hashHoldout, randomHoldout } from '../../src/splits/random-holdout.ts'
import { hashStrongGeneralization, strongGeneralization } from '../../src/splits/strong-generalization.ts'
import { interactionsOf, world, worldRatings } from './world.ts'

const options = { rule: 'random', seed: 3, positiveThreshold: 3 } as const
const held = interactionsOf(worldRatings.slice(0, 100))

describe('splitBy', () => {
  test.each([
    ['random-holdout', 'random', randomHoldout(world, 3)],
    ['random-holdout', 'hash', hashHoldout(world)],
    ['strong-generalization', 'random', strongGeneralization(world, { seed: 3, positiveThreshold: 3 })],
    ['strong-generalization', 'hash', hashStrongGeneralization(world, 3)],
    ['last-period', 'random', lastPeriod(world)],
    ['predefined', 'random', predefined(world, held, 3)],
  ] as const)('finds %s by the %s rule', (protocol, rule, expected) => {
    const split = splitBy(protocol, world, { ...options, rule, test: held })
    expect(split.train).toEqual(expected.train)
    expect(split.test).toEqual(expected.test)
    expect(split.validation).toEqual(expected.validation)
  })

  test('names what a protocol lacks', () => {
    expect(() => splitBy('predefined', world, options)).toThrow('needs test ratings')
    expect(() => splitBy('last-period', world, { ...options, rule: 'hash' })).toThrow(
      'The last-period protocol has no hash rule',
    )
  })
})
