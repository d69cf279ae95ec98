// Deletes the weights of old versions.
import type { Database } from '../../db/database.ts'
import type { Registry } from '../../registry/registry.ts'
import type { VersionName } from '../../registry/version-name.ts'

/** Keeps champions, the newest `keep` trainings of each model, and versions used by an experiment. */
export async function pruneVersions(
  registry: Registry,
  database: Pick<Database, 'sql'>,
  keep: number,
): Promise<VersionName[]> {
  return registry.prune(keep, await versionsInExperiments(database))
}

/** Versions served by a running experiment, and versions pinned by one that is not stopped. */
async function versionsInExperiments({ sql }: Pick<Database, 'sql'>): Promise<VersionName[]> {
  return sql<VersionName[]>`
    select distinct model, version from exposures join experiments on name = experiment where status = 'running'
    union
    select variant ->> 'model', (variant ->> 'version')::integer
    from experiments, jsonb_array_elements(definition -> 'variants') as variant
    where status <> 'stopped' and variant ->> 'version' is not null`
}
