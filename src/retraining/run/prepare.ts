// The beginning of a run: reading the ratings, and looking at them before anything is trained.
import type { Database } from '../../db/database.ts'
import { rowsWithAtLeast } from '../../interactions/csr/select.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { positiveRatings } from '../../interactions/positives.ts'
import { loadInteractions } from '../../interactions/postgres-interactions.ts'
import type { Registry } from '../../registry/registry.ts'
import { holdOutPeriod } from '../../splits/hold-out-period.ts'
import type { RetrainingConfig } from '../config.ts'
import { checkData, checkJudges, type DataCheck } from '../data/data-checks.ts'
import type { PreviousSnapshot } from '../data/drift.ts'
import { describeSnapshot, type Snapshot } from '../data/snapshot.ts'
import { makePlan, type Plan } from './plan.ts'

export interface SurveyOptions {
  readonly runId: string
  readonly config: RetrainingConfig
  readonly cold: boolean
  /** The instant up to which ratings are seen; that of the latest one, not later than now, when absent. */
  readonly until?: Date | undefined
}

export interface Surveyed {
  readonly ratings: Interactions
  readonly snapshot: Snapshot
  readonly checks: readonly DataCheck[]
  /** Null where a check failed. */
  readonly plan: Plan | null
}

export async function surveyRatings(
  options: SurveyOptions,
  { database, registry }: { readonly database: Database; readonly registry: Registry },
  previous: PreviousSnapshot | null,
): Promise<Surveyed> {
  const instant = options.until ?? (await latestRating(database))
  const ratings = await loadInteractions(database.sql, instant)
  const snapshot = describeSnapshot(ratings, instant, previous)
  const checks = checkData(snapshot, options.config)
  if (checks.some(({ passed }) => !passed)) return { ratings, snapshot, checks, plan: null }
  const plan = await makePlan({ ...options, snapshot }, registry)
  const judges = checkJudges(
    countJudges(ratings, plan, options.config),
    options.config.split.fewestUsers,
    new Date(plan.split.since * 1000),
  )
  return { ratings, snapshot, checks: [...checks, judges], plan: judges.passed ? plan : null }
}

/** Rounded up to the millisecond, which is all that a `Date` can tell. */
async function latestRating({ sql }: Database): Promise<Date> {
  const [row] = await sql<{ latest: number | null }[]>`
    select ceil(extract(epoch from max(rated_at)) * 1000)::double precision as latest from ratings where rated_at <= now()`
  return row?.latest == null ? new Date() : new Date(row.latest)
}

/** Only who has liked what is to be foretold says anything of a ranking. */
function countJudges(
  ratings: Interactions,
  { split }: Plan,
  { positiveThreshold }: RetrainingConfig,
): number {
  return rowsWithAtLeast(positiveRatings(holdOutPeriod(ratings, split).test.targets, positiveThreshold), 1)
    .length
}
