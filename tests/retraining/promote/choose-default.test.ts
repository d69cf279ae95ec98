import { describe, expect, test } from 'vitest'
import {
  chooseDefault,
  type DefaultOptions,
  formatChoice,
  formatDefault,
} from '../../../src/retraining/promote/choose-default.ts'

const settings = { metric: 'ndcg@100', confidence: 0.95, resamples: 500, seed: 1 } as const

/** 200 users around a mean, with the same noise for every model of the same phase, and the opposite of the other. */
const ranked = (model: string, mean: number, phase = 0) => ({
  model,
  values: Float64Array.from({ length: 200 }, (_, user) => mean + ((user + phase) % 2 === 0 ? 0.1 : -0.1)),
})

const choose = (given: Partial<DefaultOptions>) =>
  chooseDefault({
    champions: [ranked('weak', 0.2), ranked('strong', 0.4), ranked('medium', 0.3)],
    baselines: [],
    present: null,
    configured: null,
    settings,
    ...given,
  })

describe('the choice of the default', () => {
  test('without a default is the best champion, by however little', () => {
    const champions = [ranked('first', 0.3), ranked('second', 0.3001, 1)]
    expect(choose({})).toMatchObject({ model: 'strong', previous: null, comparison: null, users: 200 })
    expect(choose({ champions }).model).toBe('second')
  })

  test('replaces the default by a significantly better champion, with the figures', () => {
    const choice = choose({ present: 'weak' })
    expect(choice).toMatchObject({ model: 'strong', previous: 'weak' })
    expect(choice.comparison!.low).toBeGreaterThan(0)
    expect(formatDefault(choice)).toBe(
      'strong is the default now instead of weak: it is better than weak: ndcg@100 0.4000 against 0.2000 of weak, ' +
        'difference between 0.2000 and 0.2000 on 200 held-out users.',
    )
  })

  test('keeps the default if the best champion may be no better', () => {
    const champions = [ranked('present', 0.3), ranked('lucky', 0.301, 1)]
    const choice = choose({ champions, present: 'present' })
    expect(choice.comparison!.difference).toBeGreaterThan(0)
    expect(choice.comparison!.low).toBeLessThan(0)
    expect(formatDefault(choice)).toMatch(
      /^present remains the default: the best champion, lucky, is not significantly/,
    )
  })

  test('keeps a default that could not be evaluated', () => {
    expect(choose({ present: 'elsewhere' })).toMatchObject({ model: 'elsewhere', comparison: null })
  })

  test('is what the configuration names, even if it is worse', () => {
    expect(choose({ present: 'strong', configured: 'weak' })).toMatchObject({
      model: 'weak',
      previous: 'strong',
      reason: 'the configuration names it',
    })
  })

  test('warns of a baseline only if it is significantly better than every champion', () => {
    const better = choose({ baselines: [ranked('popularity', 0.1), ranked('ease', 0.5)] })
    expect(better.warning).toMatch(
      /^ease is better than every champion: ndcg@100 0.5000 against 0.4000 of strong/,
    )
    expect(formatChoice(better)).toEqual([formatDefault(better), better.warning])
    for (const mean of [0.35, 0.401])
      expect(choose({ baselines: [ranked('ease', mean, 1)] }).warning).toBeNull()
  })
})
