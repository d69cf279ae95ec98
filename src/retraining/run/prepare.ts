// The beginning of a run: reads the ratings, checks them and plans the trainings.
import type { Database } from '../../db/database.ts'
import { rowsWithAtLeast } from '../../interactions/csr/select.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { positiveRatings } from '../../interactions/positives.ts'
import { loadInteractions } from '../../interactions/postgres-interactions.ts'
import type { Registry } from '../../registry/registry.ts'
import { holdOutPeriod, type PeriodSplit } from '../../splits/hold-out-period.ts'
import { createPostgresStudies } from '../../tuning/postgres-studies.ts'
import type { RetrainingConfig } from '../config.ts'
import { checkUsers, type FlaggedUsers } from '../data/anomalous-users.ts'
import { checkData, checkTestUsers, type DataCheck } from '../data/data-checks.ts'
import { findFlaggedUsers } from '../data/postgres-anomalous-users.ts'
import type { PreviousSnapshot, Snapshot } from '../data/snapshot.ts'
import { takeSnapshot } from '../data/take-snapshot.ts'
import { makePlan, type Plan } from './plan.ts'

export interface PreparationOptions {
  readonly runId: string
  readonly config: RetrainingConfig
  readonly cold: boolean
  readonly startedAt: Date
  /** Ratings given later are left out; by default the time of the latest rating, but not later than now. */
  readonly until?: Date | undefined
}

export interface PreparedRatings {
  /** Without those of anomalous users in quarantine. */
  readonly ratings: Interactions
  readonly snapshot: Snapshot
  readonly checks: readonly DataCheck[]
  /** Null if an earlier check failed. */
  readonly anomalousUsers: FlaggedUsers | null
  /** Null if a check failed. */
  readonly plan: Plan | null
}

export async function prepareRatings(
  options: PreparationOptions,
  { database, registry }: { readonly database: Database; readonly registry: Registry },
  previous: PreviousSnapshot | null,
): Promise<PreparedRatings> {
  const [{ readAt }] = await database.sql<[{ readAt: Date }]>`select now() as "readAt"`
  const instant = options.until ?? (await latestRating(database))
  const all = await loadInteractions(database.sql, instant)
  const snapshot = {
    ...takeSnapshot(all, instant, previous, options.config.positiveThreshold),
    readAt: readAt.toISOString(),
  }
  const dataChecks = checkData(snapshot, options.config)
  if (dataChecks.some(({ passed }) => !passed))
    return { ratings: all, snapshot, checks: dataChecks, anomalousUsers: null, plan: null }
  const { ratings, check, users } = checkUsers(
    all,
    options.config.checks.anomalies,
    previous && (await findFlaggedUsers(database, options.startedAt)),
  )
  const checks = [...dataChecks, check]
  const planned = await makePlan({ ...options, snapshot, ratings }, registry, createPostgresStudies(database))
  const split = holdOutPeriod(ratings, planned.split)
  const plan = withSizes(planned, split)
  const testUsers = checkTestUsers(
    countTestUsers(split),
    options.config.split.minUsers,
    new Date(plan.split.since * 1000),
  )
  return {
    ratings,
    snapshot,
    checks: [...checks, testUsers],
    anomalousUsers: users,
    plan: testUsers.passed ? plan : null,
  }
}

/** Rounded up to the millisecond, the resolution of a `Date`. */
async function latestRating({ sql }: Database): Promise<Date> {
  const [row] = await sql<{ latest: number | null }[]>`
    select ceil(extract(epoch from max(rated_at)) * 1000)::double precision as latest from ratings where rated_at <= now()`
  return row?.latest == null ? new Date() : new Date(row.latest)
}

/**
 * The plan with numbers of users instead of shares. A user who is erased while the run trains would change what a share
 * is, so that a variant could be trained on users whom the others are evaluated on.
 */
function withSizes(plan: Plan, { testUsers, validationUsers }: PeriodSplit): Plan {
  const split = {
    ...plan.split,
    test: { share: 1, most: testUsers.length },
    validation: { share: 1, most: validationUsers.length },
  }
  return { ...plan, split, jobs: plan.jobs.map((job) => ({ ...job, split })) }
}

/** Ranking metrics are defined only for users with a positive target. */
function countTestUsers({ test, positiveThreshold }: PeriodSplit): number {
  return rowsWithAtLeast(positiveRatings(test.targets, positiveThreshold), 1).length
}
