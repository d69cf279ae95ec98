import type { Database } from '../db/database.ts'
import type { WriteExposures } from './exposure.ts'
import { lockOfErasures } from './postgres-erasure.ts'

/**
 * Writes to the table of exposures. Left out are those of experiments that are gone, and those of users who were
 * erased after they were served; of the latter goes also the feedback that named only the list.
 */
export function createPostgresExposureWriter({ sql }: Pick<Database, 'sql'>): WriteExposures {
  return (given) =>
    sql.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock_shared(${lockOfErasures})`
      await transaction`
        with given as (
          select *, to_timestamp("servedAt" / 1000.0) as served_at
          from json_to_recordset(${transaction.json(given as never)}::json) as e (
            "userId" text, "requestId" text, experiment text, variant text, forced boolean, model text, version int,
            "historySize" int, items text[], teams smallint[], propensities float8[], "servedAt" float8
          )
        ), late as (
          select "userId", "requestId" from given
          join erasures on user_hash = palate_user_hash("userId")
          -- the clocks of two machines may differ, and an answer under way may end after the erasure
          where served_at < erased_at + interval '1 minute'
        ), forgotten as (
          delete from feedback using late where request_id = "requestId" and (user_id is null or user_id = "userId")
        )
        insert into exposures
          (user_id, request_id, experiment, variant, forced, model, version, history_size, items, teams, propensities,
            served_at)
        select "userId", "requestId", experiment, variant, forced, model, version, "historySize", items, teams, propensities,
          served_at
        from given
        join experiments on experiments.name = experiment
        where ("userId", "requestId") not in (select * from late)
        on conflict do nothing`
    })
}
