// What the tables of the registry are asked with.
import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { modelVersions } from '../db/schema.ts'
import type { VersionName } from './version-name.ts'

export type Drizzle = Database['db']
export type Transaction = Parameters<Parameters<Drizzle['transaction']>[0]>[0]

/** Until the transaction ends nobody else publishes, promotes or prunes: what is read to be written stays as it is. */
export async function lockRegistry(transaction: Transaction): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended('palate registry', 0))`)
}

/** The condition that a row of `model_versions` is of this version. */
export function isVersion({ model, version }: VersionName) {
  return and(eq(modelVersions.model, model), eq(modelVersions.version, version))
}
