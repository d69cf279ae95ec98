import { readdir, utimes } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Sql } from '../../src/db/database.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { listProcesses } from './postgres.ts'

/** Weights without a version are deleted by the next retraining, when they are older than any publication takes. */
export async function ageFiles(home: string): Promise<void> {
  const twoHoursAgo = Date.now() / 1000 - 2 * 3600
  for (const path of await filesOf(join(home, 'artifacts'))) await utimes(path, twoHoursAgo, twoHoursAgo)
}

/** Files, records and locks that no process needs any more, when all but the database have ended. */
export async function checkLeftovers(sql: Sql, registry: Registry, home: string): Promise<string[]> {
  const manifests = await registry.versions()
  const artifacts = manifests.filter(({ prunedAt }) => prunedAt === null).map(({ artifact }) => artifact.key)
  const expected = new Set(artifacts.map((key) => join('artifacts', key)))
  const files = (await filesOf(home))
    .map((path) => relative(home, path))
    .filter((path) => !path.startsWith(join('postgres', 'data')) && !expected.has(path))
    .filter((path) => !['password', 'port', 'server.log'].some((name) => path === join('postgres', name)))
  const records = await sql<{ what: string }[]>`
    select 'retraining ' || id || ' is ' || status as what from retraining_runs where status not in ('finished', 'abandoned')
    union all select 'training ' || id || ' is ' || status from training_runs where status = 'running'
    union all select 'job ' || id || ' is ' || state from pgboss.job where state in ('created', 'retry', 'active')
    union all select 'a lock is held by ' || coalesce(nullif(application_name, ''), 'process ' || pid)
      from pg_locks left join pg_stat_activity using (pid)
      where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
  return [...files.map((path) => `the file ${path} is left`), ...records.map(({ what }) => `left: ${what}`)]
}

/** Processes of the run that have not ended, once its database is stopped. */
export function checkProcesses(home: string): string[] {
  return listProcesses()
    .filter(({ pid, command }) => pid !== process.pid && command.includes(home))
    .map(({ pid, command }) => `process ${pid} has not ended: ${command}`)
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name))
}
