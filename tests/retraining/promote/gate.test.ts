import { describe, expect, test } from 'vitest'
import { evaluateGate, type GateOptions } from '../../../src/retraining/promote/gate.ts'
import { parse } from '../small-config.ts'
import { plantedEvaluation } from './planted-evaluation.ts'

const config = parse({ metric: 'ndcg@10', margin: 0.1, resamples: 400, seed: 3 })
const canary = { name: 'canary', passed: true, finding: 'It responds.' }
/** Users who differ, so that only a paired test sees how little two models do. */
const champion = [0.1, 0.3, 0.5, 0.7, 0.9, 0.2, 0.4, 0.6, 0.8, 0.5]
const popularity = plantedEvaluation(champion.map((value) => value / 2))

function judge(values: readonly number[], given: Partial<GateOptions> = {}) {
  return evaluateGate({
    config,
    variant: 'a',
    candidate: plantedEvaluation(values),
    champion: plantedEvaluation(champion),
    popularity,
    dataQuality: [],
    canary,
    ...given,
  })
}

const shifted = (by: number) => champion.map((value) => value + by)

describe('against the champion', () => {
  test('an equal candidate passes, with all values of the comparison', () => {
    const { passed, comparison, guardrails } = judge(champion)
    expect(passed).toBe(true)
    // a tenth of the champion's mean of 0.5 would be borne
    expect(comparison).toMatchObject({ metric: 'ndcg@10', users: 10, difference: 0, low: 0, high: 0 })
    expect(comparison!.margin).toBeCloseTo(0.05, 12)
    expect(guardrails.at(-1)).toBe(canary)
  })

  test.each([
    [0.049, true],
    [0.051, false],
  ])('a loss of %f for each user where 0.05 would be borne: %s', (loss, passed) => {
    const gate = judge(shifted(-loss))
    expect(gate.passed).toBe(passed)
    // every resample of equal differences has the same mean
    expect(gate.comparison!.low).toBeCloseTo(-loss, 12)
    expect(gate.comparison!.high).toBeCloseTo(-loss, 12)
    if (!passed)
      expect(gate.reason).toMatch(/^It may be worse than the champion: ndcg@10 0.4490 against 0.5000/)
  })

  test('a candidate that is better on average is rejected while it may be much worse', () => {
    const uncertain = champion.map((value, user) => value + (user === 4 ? 0.9 : -0.08))
    const { passed, comparison } = judge(uncertain)
    expect(comparison!.difference).toBeGreaterThan(0)
    expect(comparison!.low).toBeLessThan(-0.05)
    expect(passed).toBe(false)
  })

  test('the same seed and variant draw the same interval, another variant another one', () => {
    const noisy = champion.map((value, user) => value + Math.sin(user) / 20)
    expect(judge(noisy)).toEqual(judge(noisy))
    expect(judge(noisy, { variant: 'b' }).comparison!.low).not.toBe(judge(noisy).comparison!.low)
  })
})

test('the first candidate of a model has no champion to be compared with', () => {
  const gate = judge(champion, { champion: null })
  expect(gate).toMatchObject({ passed: true, comparison: null })
  expect(gate.reason).toBe('There is no champion yet, and no guardrail is violated.')
})

test.each<[string, Partial<GateOptions>, string]>([
  ['an artifact that cannot serve', { canary: { ...canary, passed: false, finding: 'Mute.' } }, 'Mute.'],
  [
    'a period of poor data quality',
    { dataQuality: [{ name: 'period', passed: false, finding: 'Mixed up.' }] },
    'Mixed up.',
  ],
  ['a violated guardrail', { candidate: plantedEvaluation(champion, { coverage: 0.1 }) }, 'the minimum is'],
])('%s rejects even a better candidate, with the reason', (_, given, said) => {
  const gate = judge(shifted(0.2), given)
  expect(gate.passed).toBe(false)
  expect(gate.reason).toContain(said)
})

test('the reason lists all failures', () => {
  const worse = plantedEvaluation(shifted(-0.2), { coverage: 0.1, miscalibration: 0.9 })
  const { reason } = judge([], { candidate: worse })
  for (const said of ['may be worse', 'Coverage', 'Miscalibration']) expect(reason).toContain(said)
})
