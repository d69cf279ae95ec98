import type { Database } from '../db/database.ts'
import type { WriteExposures } from './exposure.ts'

/** Writes to the table of exposures. Those of experiments that are gone are left out. */
export function createPostgresExposureWriter({ sql }: Pick<Database, 'sql'>): WriteExposures {
  return async (given) => {
    await sql`
      insert into exposures
        (user_id, request_id, experiment, variant, forced, model, version, history_size, items, teams, served_at)
      select e."userId", e."requestId", e.experiment, e.variant, e.forced, e.model, e.version, e."historySize",
        e.items, e.teams, to_timestamp(e."servedAt" / 1000.0)
      from json_to_recordset(${sql.json(given as never)}::json) as e (
        "userId" text, "requestId" text, experiment text, variant text, forced boolean, model text, version int,
        "historySize" int, items text[], teams smallint[], "servedAt" float8
      )
      join experiments on experiments.name = e.experiment
      on conflict do nothing`
  }
}
