// Manifests and champions in Postgres, weights in an artifact store.
import { and, asc, desc, eq, max } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { modelVersions } from '../db/schema.ts'
import { type Artifact, artifactOfFile, encodeArtifact } from './artifact.ts'
import { type ArtifactStore, ArtifactStoreError, storeWithin } from './artifact-store.ts'
import { currentHyperparameters } from './former-hyperparameters.ts'
import { type ArtifactStoreConfig, openArtifactStore } from './open-artifact-store.ts'
import { hashOf, sizeOf } from './pieces.ts'
import { createPostgresChampions } from './postgres-champions.ts'
import { eraseFromArtifacts } from './postgres-erase-user.ts'
import { type Drizzle, isVersion, lockRegistry, type Transaction } from './postgres-lock.ts'
import { prune } from './postgres-prune.ts'
import { keepTrainingUsers, linkTrainingUsers, traceUser } from './postgres-training-users.ts'
import { readSafetensors } from './read-safetensors.ts'
import {
  type LoadedVersion,
  type Manifest,
  type Provenance,
  prunedError,
  type Registry,
  UnknownVersionError,
  UnusableArtifactError,
} from './registry.ts'
import { formatVersionName, type VersionName } from './version-name.ts'

/** The registry of a database, with its artifacts in the folder `artifacts` of the store. */
export function openRegistry(database: Pick<Database, 'db'>, config: ArtifactStoreConfig): Registry {
  return createPostgresRegistry(database, storeWithin(openArtifactStore(config), 'artifacts'))
}

/** A registry with manifests and champions in the tables of `db` and weights in `store`. */
export function createPostgresRegistry({ db }: Pick<Database, 'db'>, store: ArtifactStore): Registry {
  return {
    publish: (artifact, provenance, trainingUsers) => publish(db, store, artifact, provenance, trainingUsers),
    trace: (userId) => traceUser(db, userId),
    eraseUser: async (userId) => eraseFromArtifacts(db, store, userId, await traceUser(db, userId)),
    versions: () => versions(db),
    manifest: (name) => manifestOf(db, name),
    load: async (name) => load(store, await manifestOf(db, name)),
    recordMetrics: async (name, metrics) => {
      await db.update(modelVersions).set({ metrics }).where(isVersion(name))
    },
    recordBaselines: async (name, baselines) => {
      await db.update(modelVersions).set({ baselines }).where(isVersion(name))
    },
    prune: (keep, inUse) => prune(db, store, keep, inUse),
    ...createPostgresChampions(db),
  }
}

async function publish(
  db: Drizzle,
  store: ArtifactStore,
  artifact: Artifact,
  provenance: Provenance,
  trainingUsers: readonly string[] | undefined,
): Promise<Manifest> {
  const pieces = encodeArtifact(artifact)
  const sha256 = hashOf(pieces)
  // The artifact is complete in the store before a version that points to it exists.
  const key = `${artifact.model}/${sha256}.safetensors`
  await store.put(key, pieces)
  const trainingSet = trainingUsers && (await keepTrainingUsers(db, trainingUsers))
  return db.transaction(async (transaction) => {
    const stored = { key, sha256, bytes: sizeOf(pieces) }
    const manifest = await insertVersion(transaction, artifact, provenance, stored)
    if (trainingSet) await linkTrainingUsers(transaction, manifest, trainingSet)
    return manifest
  })
}

async function insertVersion(
  transaction: Transaction,
  { model, hyperparameters, retrieval }: Artifact,
  provenance: Provenance,
  { key, sha256, bytes }: Manifest['artifact'],
): Promise<Manifest> {
  await lockRegistry(transaction)
  const published = await publishedCandidate(transaction, provenance)
  if (published) return published
  const [last] = await transaction
    .select({ version: max(modelVersions.version) })
    .from(modelVersions)
    .where(eq(modelVersions.model, model))
  const [row] = await transaction
    .insert(modelVersions)
    .values({
      ...provenance,
      model,
      version: (last?.version ?? 0) + 1,
      hyperparameters,
      ...(retrieval && {
        retrieval: { ...retrieval.recall, dimensions: retrieval.projection.dimensions },
      }),
      artifactKey: key,
      artifactSha256: sha256,
      artifactBytes: bytes,
    })
    .returning()
  return toManifest(row!)
}

/** The version of a candidate that was published by an earlier attempt of its training. */
async function publishedCandidate(
  transaction: Transaction,
  { retrainingRun, variant }: Provenance,
): Promise<Manifest | undefined> {
  if (retrainingRun == null || variant == null) return undefined
  const [row] = await transaction
    .select()
    .from(modelVersions)
    .where(and(eq(modelVersions.retrainingRun, retrainingRun), eq(modelVersions.variant, variant)))
  return row && toManifest(row)
}

async function versions(db: Drizzle): Promise<Manifest[]> {
  const rows = await db
    .select()
    .from(modelVersions)
    .orderBy(asc(modelVersions.model), desc(modelVersions.version))
  return rows.map(toManifest)
}

async function manifestOf(db: Drizzle, name: VersionName): Promise<Manifest> {
  const [row] = await db.select().from(modelVersions).where(isVersion(name))
  if (row === undefined)
    throw new UnknownVersionError(`There is no version ${formatVersionName(name)} in the registry`)
  return toManifest(row)
}

async function load(store: ArtifactStore, manifest: Manifest): Promise<LoadedVersion> {
  const { key, sha256 } = manifest.artifact
  if (manifest.prunedAt !== null) throw prunedError(manifest, manifest.prunedAt)
  try {
    const artifact = artifactOfFile(await readSafetensors(await store.get(key), sha256))
    if (artifact.model !== manifest.model) throw new Error(`it is of the model ${artifact.model}`)
    return { manifest, artifact }
  } catch (cause) {
    if (cause instanceof ArtifactStoreError) throw cause
    throw new UnusableArtifactError(
      `The artifact of ${formatVersionName(manifest)}, ${key}, cannot be used: ${(cause as Error).message}. ` +
        'Restore the file from a backup, or promote another version',
      { cause },
    )
  }
}

function toManifest(row: typeof modelVersions.$inferSelect): Manifest {
  const { artifactKey: key, artifactSha256: sha256, artifactBytes: bytes, ...manifest } = row
  const hyperparameters = currentHyperparameters(row.model, row.hyperparameters)
  return { ...manifest, hyperparameters, artifact: { key, sha256, bytes } }
}
