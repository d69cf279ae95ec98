import { formatCount, formatShare } from '../../src/pages/numbers.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'
import type { FoundAnomalies } from './find-anomalies.ts'

export function formatAnomalies(found: FoundAnomalies): Result {
  const { users, ratings, feedback, threshold, flagged, model, promoted, anomalies } = found
  const head =
    `${formatCount(flagged)} of ${formatCount(users)} users with ${formatCount(ratings)} ratings have a score above ` +
    `${threshold}${model === null ? '' : `; the score includes the reconstruction error of ${model}`}`
  const items = promoted
    .slice(0, maxItems)
    .map(
      ({ itemId, rated, extremes, ratings: all, probability }) =>
        `Item ${itemId}: the ${formatCount(extremes)} ${extremeNames[feedback][rated]} of its ${formatCount(all)} ratings come from more unusual users than the others (${formatShare(probability)} of the pairs)`,
    )
  const rest = promoted.length - items.length
  return {
    document: found,
    rows: anomalies.map(({ promotes, measurements, ...anomaly }) => ({
      ...anomaly,
      promotes: promotes?.itemId ?? null,
      ...measurements,
    })),
    columns: ['userId', 'score', 'ratings', 'reasons', 'cause', 'promotes'],
    text: [
      head,
      ...items,
      ...(rest > 0 ? [`${formatCount(rest)} more items like these; --json lists them`] : []),
      '',
      ...formatUsers(anomalies),
    ].join('\n'),
  }
}

const extremeNames = {
  explicit: { highest: 'highest', lowest: 'lowest' },
  implicit: { highest: 'unusually high', lowest: 'negative' },
} as const

const maxItems = 5

/** The reasons are the last column; they are too long to be aligned. */
function formatUsers(anomalies: FoundAnomalies['anomalies']): string[] {
  const [head, rule, ...rows] = formatTable(
    ['user', 'score', 'ratings'],
    anomalies.map(({ userId, score, ratings }) => [userId, score.toFixed(1), formatCount(ratings)]),
  ).split('\n')
  return [`${head}  reasons`, rule!, ...rows.map((row, n) => `${row}  ${anomalies[n]!.reasons.join('; ')}`)]
}
