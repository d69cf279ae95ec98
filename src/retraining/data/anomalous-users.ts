// Users whose ratings are unlike those of all others: always reported, and left out of a run if the configuration says so.
import { ascending, rollup } from 'd3-array'
import { type Anomalies, detectAnomalies } from '../../anomalies/detect-anomalies.ts'
import { type Anomaly, listAnomalies } from '../../anomalies/list-anomalies.ts'
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
  readonly users: FlaggedUsers
}

export interface FlaggedUsers {
  /** The users above the threshold. */
  readonly flagged: readonly FlaggedUser[]
  /** Those of the previous run who are not among them, with the reason. */
  readonly released: readonly { readonly userId: string; readonly release: string }[]
}

export interface FlaggedUser extends Pick<Anomaly, 'userId' | 'score' | 'reasons' | 'cause'> {
  /** The promoted item to which the user gave an extreme value. */
  readonly promotedItem: string | null
  readonly quarantined: boolean
}

/**
 * The check names no users, since reports outlive their erasure; `npm run anomalies` does, also with `--last-run` those of
 * the last run and those who were released from it.
 *
 * @param previous the flagged users of the previous run; null for the first run
 */
export function checkUsers(
  ratings: Interactions,
  { threshold, quarantine }: RetrainingConfig['checks']['anomalies'],
  previous: readonly FlaggedUser[] | null,
): CheckedUsers {
  const anomalies = detectAnomalies(ratings)
  const isFlagged = (user: number) => anomalies.scores[user]! > threshold
  const count = anomalies.scores.filter((score) => score > threshold).length
  const flagged = listAnomalies(ratings, anomalies, count).map(
    ({ userId, score, reasons, cause, promotes }): FlaggedUser => ({
      ...{ userId, score, reasons, cause },
      promotedItem: promotes?.itemId ?? null,
      quarantined: quarantine,
    }),
  )
  const users = { flagged, released: releasedSince(previous ?? [], flagged, ratings, anomalies) }
  const known = new Set(previous?.map(({ userId }) => userId))
  const added = flagged.filter(({ userId }) => !known.has(userId))
  const sentences = [
    `${formatCount(count)} of ${formatCount(ratings.users.size)} users have an anomaly score above ${threshold}` +
      formatCauses(flagged.map(({ cause }) => cause)),
    ...(count === 0
      ? []
      : [
          quarantine
            ? 'Their ratings are left out of this run (checks.anomalies.quarantine)'
            : 'Their ratings are used',
        ]),
    ...(previous === null
      ? []
      : [
          ...(added.length > 0
            ? [
                `${formatCount(added.length)} are new since the previous run${formatCauses(added.map(({ cause }) => cause))}`,
              ]
            : []),
          ...(users.released.length > 0
            ? [
                `${formatCount(users.released.length)} of the previous run are no longer above it${formatCauses(users.released.map(({ release }) => release))}`,
              ]
            : []),
        ]),
    ...(count > 0 ? ['To list them: npm run anomalies'] : []),
    ...(previous !== null && added.length + users.released.length > 0
      ? ['To list the changes after this run: npm run anomalies -- --last-run']
      : []),
  ]
  return {
    ratings: quarantine && count > 0 ? withoutRows(ratings, isFlagged) : ratings,
    check: { name: 'anomalies', passed: true, finding: `${sentences.join('. ')}.` },
    users,
  }
}

function releasedSince(
  previous: readonly FlaggedUser[],
  flagged: readonly FlaggedUser[],
  { users }: Interactions,
  { scores, promotedBy }: Anomalies,
): FlaggedUsers['released'] {
  const current = new Set(flagged.map(({ userId }) => userId))
  return previous
    .filter(({ userId }) => !current.has(userId))
    .map(({ userId, score, promotedItem }) => {
      const user = users.indexOf(userId)
      return { userId, release: reasonOf(user) }

      function reasonOf(user: number | undefined): string {
        if (user === undefined) return 'the user has no ratings'
        if (scores[user]! >= score) return 'the threshold is higher'
        if (promotedItem !== null && promotedBy[user]! < 0)
          return `item ${promotedItem} is no longer promoted`
        return 'the history is less unusual'
      }
    })
}

const maxCauses = 3

/** The most frequent ones with their numbers. */
function formatCauses(causes: readonly string[]): string {
  const counted = [
    ...rollup(
      causes,
      ({ length }) => length,
      (cause) => cause,
    ),
  ]
    .sort(([a, m], [b, n]) => n - m || ascending(a, b))
    .slice(0, maxCauses)
  return counted.length === 0
    ? ''
    : `: ${counted.map(([cause, count]) => `${cause} (${formatCount(count)})`).join(', ')}`
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
