// The foreign keys of ratings, checked and locked for many rows at once: a check of each row takes most of the time of an
// import.
import { cancellable } from '../db/cancellable.ts'
import type { Fragment, Transaction } from '../db/database.ts'

/**
 * Locks the users and items of `rows`, SQL for what is written, as PostgreSQL does after it has written rows: they are not
 * deleted before the transaction ends. Those that were deleted meanwhile are added again.
 */
export async function lockReferenced(
  transaction: Transaction,
  rows: Fragment,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [table, column] of references) {
    const ids = () => transaction`select distinct ${transaction(column)} as id from ${rows}`
    const lock = () => transaction<[{ isMissing: boolean }]>`
      with needed as materialized (${ids()}),
      locked as (
        select id from ${transaction(table)} where id in (select id from needed) order by id for key share
      )
      select (select count(*) from locked) < (select count(*) from needed) as "isMissing"`
    while ((await cancellable(lock(), signal))[0].isMissing)
      await transaction`
        insert into ${transaction(table)} (id) select id from (${ids()}) needed order by id on conflict (id) do nothing`
  }
}

const references = [
  ['users', 'user_id'],
  ['items', 'item_id'],
] as const

/**
 * Runs `write`, which writes ratings, but no users and items, whose triggers would not run. PostgreSQL does not check the
 * foreign keys of each row if the database user may set `session_replication_role`, and if this would skip no other trigger
 * or foreign key.
 */
export async function withoutRowChecks<T>(transaction: Transaction, write: () => Promise<T>): Promise<T> {
  const [{ role, maySkip }] = await transaction<[{ role: string; maySkip: boolean }]>`
    select current_setting('session_replication_role') as role,
      has_parameter_privilege('session_replication_role', 'set') and not exists (
        select from pg_trigger left join pg_constraint on pg_constraint.oid = tgconstraint
        where tgrelid in ('ratings'::regclass, 'rating_history'::regclass) and tgenabled not in ('A', 'D')
          and (contype is distinct from 'f' or confrelid not in ('users'::regclass, 'items'::regclass))
      ) as "maySkip"`
  const setRole = (name: string) => transaction`select set_config('session_replication_role', ${name}, true)`
  if (maySkip) await setRole('replica')
  const written = await write()
  if (maySkip) await setRole(role)
  return written
}
