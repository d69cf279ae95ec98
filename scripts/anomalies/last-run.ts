import type { Database } from '../../src/db/database.ts'
import { formatCount } from '../../src/pages/numbers.ts'
import {
  listRecordedAnomalies,
  type RecordedAnomaly,
} from '../../src/retraining/data/postgres-anomalous-users.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'

/** The users above the threshold in the last retraining, and those of earlier ones who no longer are. */
export async function lastRunAnomalies(database: Pick<Database, 'db'>): Promise<Result> {
  const users = await listRecordedAnomalies(database)
  const current = users.filter(({ until }) => until === null)
  const quarantined = current.filter((user) => user.quarantined).length
  return {
    document: { users },
    rows: users,
    columns: [
      'userId',
      'score',
      'reasons',
      'cause',
      'promotedItem',
      'quarantined',
      'since',
      'until',
      'release',
    ],
    text:
      users.length === 0
        ? noUsers
        : [
            `${formatCount(current.length)} users were above the threshold in the last retraining, ${formatCount(quarantined)} of them in quarantine; ` +
              `${formatCount(users.length - current.length)} of the last 90 days no longer are`,
            '',
            ...formatUsers(users),
          ].join('\n'),
  }
}

/** The same before the first retraining, which recorded none either. */
const noUsers =
  'No users are recorded: no retraining of the last 90 days has found any above the threshold. For those in the current ratings: npm run anomalies'

/** The reasons are the last column; they are too long to be aligned. */
function formatUsers(users: readonly RecordedAnomaly[]): string[] {
  const [head, rule, ...rows] = formatTable(
    ['user', 'score', 'quarantine', 'since', 'until'],
    users.map(({ userId, score, quarantined, since, until }) => [
      userId,
      score.toFixed(1),
      quarantined ? 'yes' : 'no',
      dayOf(since),
      until === null ? '' : dayOf(until),
    ]),
  ).split('\n')
  return [
    `${head}  reasons`,
    rule!,
    ...rows.map((row, n) => {
      const { release, reasons } = users[n]!
      return `${row}  ${release === null ? '' : `no longer: ${release}; before: `}${reasons.join('; ')}`
    }),
  ]
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
