import { fingerprint } from '../../interactions/fingerprint.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { measurePositives } from '../../interactions/positive-share.ts'
import { positiveThresholdOf } from '../../interactions/positive-threshold.ts'
import { driftSince } from './drift.ts'
import type { PreviousSnapshot, Snapshot } from './snapshot.ts'
import { countValues, rangeOf } from './value-counts.ts'

const daysShown = 90
const daySeconds = 24 * 3600

/**
 * @param ratings all ratings up to the instant
 * @param positiveThreshold by default the one that follows from the ratings
 */
export function takeSnapshot(
  ratings: Interactions,
  instant: Date,
  previous: PreviousSnapshot | null,
  positiveThreshold = positiveThresholdOf(ratings),
): Snapshot {
  const { matrix, users, items } = ratings
  const [lowest, highest] = rangeOf(matrix.values)
  return {
    instant: instant.toISOString(),
    fingerprint: fingerprint(ratings),
    users: users.size,
    items: items.size,
    ratings: matrix.values.length,
    byDay: countDays(ratings, instant),
    values: countValues(matrix.values, () => true),
    lowest,
    highest,
    positives: measurePositives(matrix, positiveThreshold),
    drift: previous && driftSince(previous, ratings, instant),
  }
}

function countDays({ times = new Float64Array(0) }: Interactions, instant: Date): Snapshot['byDay'] {
  const last = Math.floor(instant.getTime() / 1000 / daySeconds)
  const counts = new Int32Array(daysShown)
  for (const time of times) {
    const ago = last - Math.floor(time / daySeconds)
    if (ago >= 0 && ago < daysShown) counts[daysShown - 1 - ago]!++
  }
  return Array.from(counts, (count, n) => ({
    day: new Date((last - daysShown + 1 + n) * daySeconds * 1000).toISOString().slice(0, 10),
    ratings: count,
  }))
}
