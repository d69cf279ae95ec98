import { sum } from 'd3-array'
import type { PairedSample, PairedSums } from '../statistics/paired-sample.ts'
import { pairedSampleFromSums } from '../statistics/paired-sample.ts'
import type { DaySums } from './outcome-log.ts'

/** The cumulative sample of each variant at the end of each day with events, in order. */
export function samplesOverTime(
  rows: readonly DaySums[],
  variants: readonly string[],
): { readonly day: number; readonly groups: readonly PairedSample[] }[] {
  const totals = variants.map(() => ({ ...nothing }))
  const days = [...new Set(rows.map(({ day }) => day))].sort((a, b) => a - b)
  return days.map((day) => {
    for (const row of rows) {
      const place = variants.indexOf(row.variant)
      if (row.day === day && place >= 0) totals[place] = add(totals[place]!, row)
    }
    return { day, groups: totals.map(pairedSampleFromSums) }
  })
}

/** The sample of each variant over all the rows. */
export function samplesOf(rows: readonly DaySums[], variants: readonly string[]): PairedSample[] {
  return variants.map((variant) =>
    pairedSampleFromSums(rows.filter((row) => row.variant === variant).reduce(add, nothing)),
  )
}

/** The sample of each variant for a single day, over the users active on that day. */
export function samplesOfDay(rows: readonly DaySums[], variants: readonly string[], day: number) {
  return variants.map((variant) => {
    const dayRows = rows.filter((row) => row.day === day && row.variant === variant)
    const total = (of: (row: DaySums) => number) => sum(dayRows, of)
    const sums = {
      ...nothing,
      size: total((row) => row.active),
      y: total((row) => row.dayY),
      yy: total((row) => row.dayYY),
    }
    return pairedSampleFromSums(sums).y
  })
}

const nothing: PairedSums = { size: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 }

function add(a: PairedSums, b: PairedSums): PairedSums {
  return {
    size: a.size + b.size,
    x: a.x + b.x,
    xx: a.xx + b.xx,
    y: a.y + b.y,
    yy: a.yy + b.yy,
    xy: a.xy + b.xy,
  }
}
