import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import type { Section } from '../../scripts/results/catalog.ts'
import type { MeasuredSection } from '../../scripts/results/markdown.ts'
import { placeLabels } from '../../scripts/results/place-labels.ts'
import type { RunOutcome } from '../../scripts/results/runs.ts'
import { summarize } from '../../scripts/results/summary.ts'
import { drawTrainingTimes, paretoFront } from '../../scripts/results/training-times.ts'
import { createRandom } from '../../src/random/random.ts'

test.each([true, false])(
  'the Pareto front has the rows that none beats, lower is better: %s',
  (lowerIsBetter) => {
    const random = createRandom(3, 'rows')
    const rows = Array.from({ length: 60 }, () => ({
      // with ties in both
      seconds: Math.ceil(10 * random.uniform()),
      value: Math.round(20 * random.uniform()),
    }))
    const isBetter = (a: number, b: number) => (lowerIsBetter ? a < b : a > b)
    const beaten = rows.filter((row) =>
      rows.some(
        (other) =>
          (other.seconds <= row.seconds && isBetter(other.value, row.value)) ||
          (other.seconds < row.seconds && other.value === row.value),
      ),
    )
    const front = paretoFront(rows, lowerIsBetter)
    const placeOf = ({ seconds, value }: { seconds: number; value: number }) => `${seconds} ${value}`
    const expected = rows.filter((row) => !beaten.includes(row)).map(placeOf)
    expect(front.map(placeOf).sort()).toEqual([...new Set(expected)].sort())
    expect(front.map(({ seconds }) => seconds)).toEqual(
      front.map(({ seconds }) => seconds).sort((a, b) => a - b),
    )
  },
)

test('labels cover neither each other nor another point, and stay in the plot', () => {
  const random = createRandom(4, 'points')
  const points = Array.from({ length: 40 }, (_, n) => ({
    x: 600 * random.uniform(),
    y: 300 * random.uniform(),
    text: `model-${n}`,
  }))
  const area = { left: 0, right: 600, top: 0, bottom: 300 }
  const placed = placeLabels(points, area).flatMap((label, n) => {
    if (!label) return []
    const { x, y, text } = points[n]!
    const width = 6 * text.length
    const left = x + label.dx - { start: 0, middle: width / 2, end: width }[label.anchor]
    return [{ n, left, right: left + width, y: y + label.dy }]
  })
  expect(placed.length).toBeGreaterThan(20)
  for (const label of placed) {
    expect(label.left).toBeGreaterThanOrEqual(0)
    expect(label.right).toBeLessThanOrEqual(600)
    for (const other of placed)
      if (other !== label)
        expect(
          other.right <= label.left || other.left >= label.right || Math.abs(other.y - label.y) >= 13,
        ).toBe(true)
    for (const [n, { x, y }] of points.entries())
      if (n !== label.n) expect(x > label.left && x < label.right && Math.abs(y - label.y) < 6).toBe(false)
  }
})

test('draws each row at its seconds of training: epochs times seconds per epoch, or those of a model without epochs', () => {
  const section: Section = {
    ...{ key: 'test', title: 'Test', note: '', needs: [], options: [], published: [], rows: [] },
    metrics: ['rmse'],
    seeded: 'training',
  }
  const measured = (model: string, epochs: number, epochSeconds: number, mean: number) => {
    const report = { metrics: { rmse: { mean, standardError: 0.01 } }, epochs, epochSeconds }
    const outcomes = [{ report, command: '', at: '' } as unknown as RunOutcome]
    return { row: { model }, outcomes, summary: summarize(section, outcomes)! }
  }
  const rows = [measured('bias', 0, 1, 0.95), measured('i-autorec', 50, 2, 0.85)]
  expect(rows.map(({ summary }) => summary.trainingSeconds)).toEqual([1, 100])
  const svg = drawTrainingTimes([{ section, rows } satisfies MeasuredSection])
  const { document } = parseHTML(svg)
  const x = [...document.querySelectorAll('circle')].map((circle) => Number(circle.getAttribute('cx')))
  // at a twelfth and eleven twelfths of the axis, from 64 to 830 pixels
  expect(x[0]).toBeCloseTo(64 + 766 / 12, 0)
  expect(x[1]).toBeCloseTo(64 + (766 * 11) / 12, 0)
  for (const name of ['bias', 'i-autorec']) expect(svg).toContain(`>${name}<`)
})
