// The retention rule: deletes old weights and keeps their manifests.
import { group } from 'd3-array'
import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import { championChanges, champions, modelVersions } from '../db/schema.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { standingPromotions } from './postgres-champions.ts'
import { type Drizzle, lockRegistry, type Transaction } from './postgres-lock.ts'
import { formatVersionName, type VersionName } from './version-name.ts'

/** The longest time between the writes of weights and version in a publication; younger files are kept. */
const publicationTimeoutMs = 3600 * 1000

/** See `Registry.prune`. Files are deleted after their versions are marked, so that no version points to a missing file. */
export async function prune(
  db: Drizzle,
  store: ArtifactStore,
  keep: number,
  inUse: readonly VersionName[],
): Promise<VersionName[]> {
  const pruned = await db.transaction((transaction) => markPruned(transaction, keep, inUse))
  const rows = await db
    .select({ key: modelVersions.artifactKey })
    .from(modelVersions)
    .where(isNull(modelVersions.prunedAt))
  const needed = new Set(rows.map(({ key }) => key))
  for (const { key, storedAt } of await store.list())
    if (!needed.has(key) && Date.now() - storedAt.getTime() > publicationTimeoutMs) await store.remove(key)
  return pruned
}

async function markPruned(
  transaction: Transaction,
  keep: number,
  inUse: readonly VersionName[],
): Promise<VersionName[]> {
  await lockRegistry(transaction)
  const kept = new Set([...inUse, ...(await championsAndNext(transaction))].map(formatVersionName))
  const rows = await transaction
    .select({
      model: modelVersions.model,
      version: modelVersions.version,
      refitOf: modelVersions.refitOf,
    })
    .from(modelVersions)
    .where(isNull(modelVersions.prunedAt))
    .orderBy(asc(modelVersions.model), desc(modelVersions.version))
  const newest = newestTrainings(rows, keep)
  const old = rows
    .filter((row) => !newest.has(trainingOf(row)) && !kept.has(formatVersionName(row)))
    .map(({ model, version }) => ({ model, version }))
  for (const model of new Set(old.map((row) => row.model))) {
    const versions = old.filter((row) => row.model === model).map(({ version }) => version)
    await transaction
      .update(modelVersions)
      .set({ prunedAt: new Date() })
      .where(and(eq(modelVersions.model, model), inArray(modelVersions.version, versions)))
  }
  return old
}

type PrunableVersion = Pick<typeof modelVersions.$inferSelect, 'model' | 'version' | 'refitOf'>

/** A candidate and its refit are one training. */
function trainingOf({ model, version, refitOf }: PrunableVersion): string {
  return formatVersionName({ model, version: refitOf?.version ?? version })
}

/** @param newestFirst within each model */
function newestTrainings(newestFirst: readonly PrunableVersion[], keep: number): Set<string> {
  const ofModels = group(newestFirst, ({ model }) => model).values()
  return new Set([...ofModels].flatMap((rows) => [...new Set(rows.map(trainingOf))].slice(0, keep)))
}

/** The champions, and the versions that a rollback would make champions. */
async function championsAndNext(transaction: Transaction): Promise<VersionName[]> {
  const changes = await transaction.select().from(championChanges).orderBy(asc(championChanges.id))
  const ofModels = group(standingPromotions(changes), ({ model }) => model).values()
  const next = [...ofModels].flatMap((promotions) => promotions.slice(-2))
  return [...next, ...(await transaction.select().from(champions))]
}
