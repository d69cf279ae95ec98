import { formatCount } from '../../src/pages/numbers.ts'
import type { Result } from '../terminal/print-result.ts'
import type { Replayed } from './replay.ts'

export function formatReplay({ period, report, isShuffled }: Replayed): Result {
  const { week, weeks } = period
  const { batch, ratings, inserted, updated } = report
  const since = new Date(1000 * period.since).toISOString()
  const until = new Date(1000 * period.until).toISOString()
  const read = `${formatCount(ratings)} ratings${isShuffled ? ', shuffled' : ''}`
  return {
    document: { week, weeks, since, until, batch, ratings, inserted, updated },
    text: `Week ${week} of ${weeks}, ${since.slice(0, 10)} to ${until.slice(0, 10)}: ${read} (batch ${batch}). Next: npm run retrain`,
  }
}
