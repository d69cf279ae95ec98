import { describe, expect, test } from 'vitest'
import {
  type ComparedChampion,
  checkDataQuality,
  leadOver,
} from '../../../src/retraining/promote/data-quality.ts'
import { sampleResult } from '../sample-result.ts'
import { parse } from '../small-config.ts'
import { plantedEvaluation } from './planted-evaluation.ts'

const config = parse({ metric: 'ndcg@10', resamples: 400 })
const flat = plantedEvaluation(new Array(50).fill(0.2))
const drift = sampleResult.snapshot.drift!

/** A champion that leads over the most rated items by `now` for every user. */
function champion(name: string, now: number, mean: number, standardError = 0.01): ComparedChampion {
  return {
    name,
    evaluated: plantedEvaluation(new Array(50).fill(0.2 + now)),
    previousLead: { mean, standardError, count: 50 } as ComparedChampion['previousLead'],
  }
}

const verdicts = (...given: Parameters<typeof checkDataQuality>) =>
  checkDataQuality(...given).map(({ passed }) => passed)

describe('the lead of the champion', () => {
  test.each([
    ['kept', 0.2, true],
    ['half lost', 0.101, true],
    ['more than half lost', 0.099, false],
  ])('%s', (_, now, passed) => {
    expect(verdicts(config, [champion('a', now, 0.2)], flat, null)).toEqual([passed])
  })

  test('says nothing where it never was clear, or was not noted', () => {
    expect(verdicts(config, [champion('a', -0.1, 0.2, 0.11)], flat, null)).toEqual([])
    expect(verdicts(config, [{ ...champion('a', 0, 0.2), previousLead: null }], flat, null)).toEqual([])
    expect(verdicts(config, [], flat, null)).toEqual([])
  })

  test('is required of the most significant one alone, which need not be the largest', () => {
    const [largest, surest] = [champion('largest', 0, 0.3, 0.1), champion('surest', 0.2, 0.2, 0.01)]
    expect(verdicts(config, [largest, surest], flat, null)).toEqual([true])
    expect(checkDataQuality(config, [largest, surest], flat, null)[0]!.finding).toContain('surest')
  })

  test('is the mean over users of what the model is better by', () => {
    const { mean, standardError } = leadOver(
      plantedEvaluation([0, 0.2]),
      plantedEvaluation([0.1, 0.5]),
      config,
    )
    expect(mean).toBeCloseTo(0.2, 12)
    // the deviation of 0.1 and 0.3 is √0.02, and there are two
    expect(standardError).toBeCloseTo(0.1, 12)
  })
})

describe('the agreement of ratings with what their items had', () => {
  const agreeing = (before: number | null, since: number | null) => ({
    ...drift,
    agreementBefore: before,
    since: { ...drift.since, agreement: since },
  })
  test.each([
    ['half as good', 0.4, 0.2, [true]],
    ['less than half', 0.4, 0.19, [false]],
    ['none where there was hardly any', 0.09, 0, []],
    ['not to be told before', null, 0, []],
    ['not to be told since', 0.4, null, []],
  ])('%s', (_, before, since, passed) => {
    expect(verdicts(config, [], flat, agreeing(before, since))).toEqual(passed)
  })
})

test('nothing is required where the configuration accepts any period', () => {
  const trusting = parse({ metric: 'ndcg@10', guardrails: { period: null } })
  expect(checkDataQuality(trusting, [champion('a', 0, 0.2)], flat, drift)).toEqual([])
})
