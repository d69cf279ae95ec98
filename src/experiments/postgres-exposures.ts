import type { Database } from '../db/database.ts'
import { lockOfErasures } from '../db/erasure-schema.ts'
import type { WriteExposures } from './exposure.ts'

/**
 * Writes to the table of exposures, except for deleted experiments and for users who were erased after the list was
 * served. Feedback that refers to such a list only by its request is deleted as well.
 */
export function createPostgresExposureWriter({ sql }: Pick<Database, 'sql'>): WriteExposures {
  return (exposures) =>
    sql.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock_shared(${lockOfErasures})`
      await transaction`
        with received as (
          select *, to_timestamp("servedAt" / 1000.0) as served_at
          from json_to_recordset(${transaction.json(exposures as never)}::json) as e (
            "userId" text, "requestId" text, experiment text, variant text, forced boolean, model text, version int,
            "historySize" int, items text[], teams smallint[], propensities float8[], "servedAt" float8
          )
        ), late as (
          select "userId", "requestId" from received
          join erasures on user_hash = palate_user_hash("userId")
          -- allows for clock differences and for responses in progress during the erasure
          where served_at < erased_at + interval '1 minute'
        ), forgotten as (
          delete from feedback using late where request_id = "requestId" and coalesce(user_id, '') in ('', "userId")
        )
        insert into exposures
          (user_id, request_id, experiment, variant, forced, model, version, history_size, items, teams, propensities,
            served_at)
        select "userId", "requestId", experiment, variant, forced, model, version, "historySize", items, teams, propensities,
          served_at
        from received
        join experiments on experiments.name = experiment
        where ("userId", "requestId") not in (select * from late)
        on conflict do nothing`
    })
}
