import { describe, expect, test } from 'vitest'
import { analyzeExperiment } from '../../src/experiments/analyze-experiment.ts'
import { renderReport } from '../../src/experiments/report-page.ts'
import { createRandom } from '../../src/random/random.ts'
import { sampleDefinition } from './sample-definition.ts'

const day = 86_400_000
const startedAt = new Date(Date.now() - 10 * day)

/** Ten days of 300 new users a day and variant, each with one click or none. */
const random = createRandom('report page')
const rows = Array.from({ length: 10 }, (_, n) => n).flatMap((n) =>
  [
    ['control', 0.2],
    ['treatment', 0.26],
  ].map(([variant, rate]) => {
    const clicks = Array.from({ length: 300 }, random.uniform).filter((draw) => draw < Number(rate)).length
    const growth = { size: 300, x: 0, xx: 0, y: clicks, yy: clicks, xy: 0 }
    return {
      ...growth,
      variant: String(variant),
      segment: ['100 ratings and more', '20 to 99 ratings', 'no ratings', '1 to 19 ratings'][n % 4]!,
      day: n,
      active: 300,
      dayY: clicks,
      dayYY: clicks,
    }
  }),
)

const definition = sampleDefinition({ hypothesis: '<script>alert("no")</script>' })
const report = await analyzeExperiment(
  {
    definition,
    status: 'running',
    createdAt: startedAt,
    startedAt,
    stoppedAt: null,
    weights: [{ since: startedAt, weights: { control: 1, treatment: 1 } }],
  },
  {
    flow: async () => ({
      lists: { control: 3000, treatment: 3000 },
      users: [
        { variant: 'control', split: 0, users: 3000 },
        { variant: 'treatment', split: 0, users: 3000 },
      ],
      moved: 0,
      testerLists: 2,
      feedback: { attributed: 1400, late: 3, unmatched: 1, duplicates: 0 },
    }),
    outcome: async () => rows,
  },
)
const html = renderReport(report)

describe('the page', () => {
  test('lists segments from few to many ratings', () => {
    expect(report.metrics[0]!.treatments[0]!.segments.map(({ segment }) => segment)).toEqual([
      'no ratings',
      '1 to 19 ratings',
      '20 to 99 ratings',
      '100 ratings and more',
    ])
  })

  test('begins with the verdict and the checks', () => {
    expect(report.verdict.decision).toBe('better')
    expect(html.indexOf(report.verdict.text)).toBeGreaterThan(0)
    expect(html.indexOf(report.verdict.text)).toBeLessThan(html.indexOf('Sanity checks'))
    expect(html.indexOf('Sanity checks')).toBeLessThan(html.indexOf('<svg'))
  })

  test('draws the lift of each day with its band', () => {
    expect(html.match(/<circle/g)).toHaveLength(10)
    expect(html).toContain('aria-label="area"')
    expect(html).not.toContain('NaN')
  })

  test('takes no text for HTML', () => {
    expect(html).not.toContain('<script>')
    expect(html).toContain('&#60;script&#62;')
  })
})

test('the lift of the report narrows from day to day, and its last day is the comparison', () => {
  const [treatment] = report.metrics[0]!.treatments
  const widths = treatment!.overTime.map(({ low, high }) => high - low)
  for (const [n, width] of widths.entries()) if (n > 0) expect(width).toBeLessThan(widths[n - 1]!)
  expect(treatment!.overTime.at(-1)).toEqual({
    day: 9,
    lift: treatment!.comparison.lift,
    ...treatment!.comparison.sequential,
  })
})
