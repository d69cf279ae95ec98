// The lock on the registry, and conditions on its tables.
import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { modelVersions } from '../db/schema.ts'
import type { VersionName } from './version-name.ts'

export type Drizzle = Database['db']
export type Transaction = Parameters<Parameters<Drizzle['transaction']>[0]>[0]

/** Blocks other publications, promotions and prunings until the transaction ends, so that it can write what follows from what it has read. */
export async function lockRegistry(transaction: Transaction): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended('palate registry', 0))`)
}

/** The condition that a row of `model_versions` is of this version. */
export function isVersion({ model, version }: VersionName) {
  return and(eq(modelVersions.model, model), eq(modelVersions.version, version))
}
