// Durations of the steps.
import { sum } from 'd3-array'
import { html } from '../../pages/html.ts'
import { formatSeconds, formatShare } from '../../pages/numbers.ts'
import { table } from '../../pages/table.ts'
import type { RetrainingResult } from '../result.ts'

export function timeSection({ timings }: RetrainingResult) {
  const total = sum(timings, ({ seconds }) => seconds)
  if (total === 0) return []
  const slowest = timings.toSorted((a, b) => b.seconds - a.seconds)
  return [
    html`<h2>Duration of the steps</h2>`,
    table(
      ['Step', 'Time', 'Share', ''],
      slowest.map(({ step, seconds }) => [
        step,
        formatSeconds(seconds),
        formatShare(seconds / total),
        html`<span class="bar" style="width: ${((8 * seconds) / slowest[0]!.seconds).toFixed(2)}rem"></span>`,
      ]),
    ),
  ]
}
