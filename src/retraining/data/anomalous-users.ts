// Users whose ratings are unlike those of all others: always reported, and left out of a run if the configuration says so.
import { detectAnomalies } from '../../anomalies/detect-anomalies.ts'
import { entryRows } from '../../interactions/csr/csr-matrix.ts'
import { selectRows } from '../../interactions/csr/select.ts'
import { createIdMap } from '../../interactions/id-map.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { formatCount } from '../../pages/numbers.ts'
import type { RetrainingConfig } from '../config.ts'
import type { DataCheck } from './data-checks.ts'

export interface CheckedUsers {
  /** Without the users in quarantine. */
  readonly ratings: Interactions
  /** It never stops a run. */
  readonly check: DataCheck
}

/** The check names no users, since reports outlive their erasure; `npm run anomalies` does. */
export function checkUsers(
  ratings: Interactions,
  { threshold, quarantine }: RetrainingConfig['checks']['anomalies'],
): CheckedUsers {
  const { scores, promoted, promotedBy } = detectAnomalies(ratings)
  const isFlagged = (user: number) => scores[user]! > threshold
  const flagged = Array.from(scores.keys()).filter(isFlagged)
  const target = promoted
    .map((item, place) => ({ ...item, users: flagged.filter((user) => promotedBy[user] === place).length }))
    .sort((a, b) => b.users - a.users)[0]
  const finding = [
    `${formatCount(flagged.length)} of ${formatCount(ratings.users.size)} users have an anomaly score above ${threshold}`,
    ...(target && target.users > 0
      ? [
          `, ${formatCount(target.users)} of them gave item ${ratings.items.idOf(target.item)} the ${target.rated} rating`,
        ]
      : []),
    flagged.length === 0
      ? '.'
      : quarantine
        ? '; their ratings are left out of this run (checks.anomalies.quarantine).'
        : '; their ratings are used. To list them: npm run anomalies.',
  ].join('')
  return {
    ratings: quarantine && flagged.length > 0 ? withoutRows(ratings, isFlagged) : ratings,
    check: { name: 'anomalies', passed: true, finding },
  }
}

function withoutRows(ratings: Interactions, isOut: (user: number) => boolean): Interactions {
  const { matrix, users, times } = ratings
  const kept = Array.from(users.ids.keys()).filter((user) => !isOut(user))
  const rows = times && entryRows(matrix)
  return {
    ...ratings,
    users: createIdMap(kept.map((user) => users.idOf(user))),
    matrix: selectRows(matrix, kept),
    ...(times && { times: times.filter((_, n) => !isOut(rows![n]!)) }),
  }
}
