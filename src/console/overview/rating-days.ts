import * as Plot from '@observablehq/plot'
import { formatCompact } from '../../pages/numbers.ts'
import { drawPlot } from '../../pages/plot.ts'
import type { ListedBatch } from '../data/list-batches.ts'

export interface DayOfRatings {
  /** UTC, as 2026-01-31. */
  readonly day: string
  readonly source: 'posted' | 'imported'
  /** Events that are kept: current ratings and those in the history. */
  readonly ratings: number
}

/** The last 30 days, oldest first, with the ratings that arrived on each. */
export function ratingsByDay(batches: readonly ListedBatch[], now: Date): DayOfRatings[] {
  const days = Array.from({ length: shownDays }, (_, n) =>
    dayOf(new Date(now.getTime() - (shownDays - 1 - n) * 86_400_000)),
  )
  return days.flatMap((day) =>
    (['posted', 'imported'] as const).map((source) => ({
      day,
      source,
      ratings: batches
        .filter((batch) => (batch.day ?? dayOf(batch.receivedAt)) === day)
        .filter((batch) => (batch.day !== null) === (source === 'posted'))
        .reduce((sum, { stored }) => sum + (stored ? stored.current + stored.inHistory : 0), 0),
    })),
  )
}

const shownDays = 30

export function plotDays(days: readonly DayOfRatings[]) {
  const sources = ['imported', 'posted'].filter((source) =>
    days.some((day) => day.source === source && day.ratings > 0),
  )
  return drawPlot('Ratings per day', {
    height: 200,
    x: { label: null, type: 'utc', ticks: 4 },
    y: { label: 'Ratings per day', grid: true, ticks: 4, nice: true, tickFormat: formatCompact },
    color: { domain: sources, range: ['var(--series-1)', 'var(--series-2)'] },
    marks: [
      Plot.rectY(
        days.map(({ day, ...others }) => ({ ...others, day: new Date(`${day}T00:00:00Z`) })),
        { x: 'day', y: 'ratings', interval: 'day', fill: 'source', order: sources },
      ),
      Plot.ruleY([0]),
    ],
  })
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
