import { describe, expect, test } from 'vitest'
import { compareSamples } from '../../src/experiments/compare-samples.ts'
import type { MetricReport } from '../../src/experiments/report.ts'
import { reachVerdict } from '../../src/experiments/verdict.ts'
import type { Interval } from '../../src/statistics/interval.ts'
import { sampleDefinition } from './sample-definition.ts'

const definition = sampleDefinition()
const metric = definition.primaryMetric
const flow = {
  lists: {},
  users: [
    { variant: 'control', split: 0, users: 1200 },
    { variant: 'treatment', split: 0, users: 1000 },
  ],
  moved: 0,
  testerLists: 0,
  feedback: { attributed: 0, late: 0, unmatched: 0, duplicates: 0 },
  sampleRatio: { pValue: 0.4, alarm: false },
}

/** A metric whose lift is `lift`, known to `liftError`, with this confidence sequence. */
function found(lift: number, liftError: number, sequential: Interval, change: Partial<MetricReport> = {}) {
  const base = compareSamples(
    { size: 9, mean: 1, variance: 1 },
    { size: 9, mean: 1, variance: 1 },
    definition,
  )
  const treatment = {
    variant: 'treatment',
    comparison: { ...base, lift, liftError, sequential },
    varianceRatio: 1,
    adjustedPValue: 1,
    power: 0.5,
    overTime: [],
    byDay: [],
    segments: [],
  }
  return { metric, role: 'primary', variants: [], treatments: [treatment], ...change } as MetricReport
}
const verdict = (metrics: MetricReport[], change: object = {}) =>
  reachVerdict({ flow, metrics, definition, aa: false, daysRun: 7, ...change })

const better = found(0.062, 0.015, { low: 0.021, high: 0.103 })
const unclear = found(0.01, 0.03, { low: -0.08, high: 0.1 })

describe('the verdict', () => {
  test('names the better variant with the lift and its interval', () => {
    expect(verdict([better])).toEqual({
      decision: 'better',
      text: 'treatment is better than control in clicks, by +6.2 % (between +2.1 % and +10.3 % with 95 % confidence at any number of looks).',
      remainingDays: null,
    })
  })

  test('takes a rise for a loss where less is better', () => {
    const fewer = found(0.06, 0.015, { low: 0.02, high: 0.1 }, { metric: { ...metric, direction: 'down' } })
    expect(verdict([fewer]).decision).toBe('worse')
  })

  test('is refused on a sample-ratio mismatch', () => {
    const { decision, text } = verdict([better], {
      flow: { ...flow, sampleRatio: { pValue: 2e-5, alarm: true } },
    })
    expect(decision).toBe('untrusted')
    expect(text).toContain('sample-ratio mismatch, 1,200 to control and 1,000 to treatment (p = 0.000020)')
  })

  test('advises to stop for a guardrail that is harmed, whatever the primary metric says', () => {
    const guardrail = found(
      -0.2,
      0.03,
      { low: -0.3, high: -0.1 },
      {
        role: 'guardrail',
        metric: { ...metric, name: 'purchases' },
      },
    )
    expect(verdict([better, guardrail])).toMatchObject({ decision: 'stop' })
    expect(verdict([better, guardrail]).text).toContain('treatment harms purchases, by −20.0 %')
  })

  test('says how many more days it takes: the error shrinks with the root of the days', () => {
    // The planned error is 0.05 / 2.8016 = 0.017847; (0.03 / 0.017847)² · 7 − 7 = 12.8 days.
    expect(verdict([unclear])).toMatchObject({ decision: 'not-yet', remainingDays: 13 })
    expect(verdict([unclear]).text).toMatch(/^Not yet: about 13 more days; so far treatment by \+1\.0 %/)
  })

  test('ends without a difference at the planned precision', () => {
    const settled = found(0.004, 0.017, { low: -0.04, high: 0.05 })
    expect(verdict([settled]).text).toMatch(/^No relevant difference/)
    expect(verdict([settled], { aa: true }).text).toMatch(/^No difference, as expected in an A\/A test/)
  })

  test('reports a difference in an A/A test as a fault', () => {
    expect(verdict([better], { aa: true }).text).toContain('something treats the variants differently')
  })
})
