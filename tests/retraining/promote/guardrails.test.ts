import { describe, expect, test } from 'vitest'
import type { RetrainingConfigInput } from '../../../src/retraining/config.ts'
import type { GateOptions } from '../../../src/retraining/promote/gate.ts'
import { checkGuardrails } from '../../../src/retraining/promote/guardrails.ts'
import { parse } from '../small-config.ts'
import { plantedEvaluation } from './planted-evaluation.ts'

const users = [0.2, 0.4, 0.6, 0.8]
const before = { coverage: 0.5, popularityLift: 0.2, miscalibration: 0.1, rmse: 0.9 }

function judge(
  now: Partial<typeof before>,
  guardrails: RetrainingConfigInput['guardrails'] = {},
  given: Partial<GateOptions> = {},
) {
  const judged = checkGuardrails({
    config: parse({ metric: 'ndcg@10', resamples: 200, guardrails }),
    variant: 'a',
    candidate: plantedEvaluation(users, { ...before, ...now }),
    champion: plantedEvaluation(users, before),
    popularity: plantedEvaluation(users),
    dataQuality: [],
    canary: { name: 'canary', passed: true, finding: '' },
    ...given,
  })
  return Object.fromEntries(judged.map(({ name, passed }) => [name, passed]))
}

describe('each bound is kept and broken where the configuration says', () => {
  test.each<[keyof typeof before, number, number, number]>([
    // bound, the last figure that passes and the first that does not
    ['coverage', 0.3, 0.351, 0.349],
    ['popularityLift', 0.5, 0.699, 0.701],
    ['miscalibration', 0.05, 0.149, 0.151],
    ['rmse', 0.1, 0.989, 0.991],
  ])('%s, bound %f: %f passes, %f does not', (name, bound, kept, broken) => {
    const all = { coverage: true, popularityLift: true, miscalibration: true, rmse: true, popularity: true }
    expect(judge({ [name]: kept }, { [name]: bound })).toEqual(all)
    expect(judge({ [name]: broken }, { [name]: bound })).toEqual({ ...all, [name]: false })
  })

  test.each(['coverage', 'popularityLift', 'miscalibration', 'rmse'] as const)(
    'null lets any %s pass',
    (name) => {
      const anything = name === 'coverage' ? 0 : 100
      expect(judge({ [name]: anything }, { [name]: null })).not.toHaveProperty(name)
    },
  )
})

test('models that do not predict ratings have no RMSE guardrail', () => {
  const { rmse: _, ...without } = before
  const candidate = plantedEvaluation(users, without)
  expect(judge({}, {}, { candidate })).not.toHaveProperty('rmse')
})

test('the first of its model is held against the most rated items alone', () => {
  expect(judge({ coverage: 0 }, {}, { champion: null })).toEqual({ popularity: true })
})

test('one that is clearly worse than the most rated items is refused, one that is by chance is not', () => {
  const against = (popularity: readonly number[]) =>
    judge({}, {}, { popularity: plantedEvaluation(popularity) }).popularity
  expect(against(users.map((value) => value + 0.01))).toBe(false)
  expect(against([0.9, 0.3, 0.5, 0.7])).toBe(true)
})
