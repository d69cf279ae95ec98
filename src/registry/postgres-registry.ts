// Manifests and champions in Postgres, weights in an artifact store.
import { createHash } from 'node:crypto'
import { and, asc, desc, eq, max, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { championChanges, champions, modelVersions } from '../db/schema.ts'
import { type Artifact, decodeArtifact, encodeArtifact } from './artifact.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { keepTrainingUsers, linkTrainingUsers, traceUser } from './postgres-training-users.ts'
import {
  type ChampionChange,
  type LoadedVersion,
  type Manifest,
  type Provenance,
  type Registry,
  UnknownVersionError,
  UnusableArtifactError,
} from './registry.ts'
import { formatVersionName, type VersionName } from './version-name.ts'

type Drizzle = Database['db']
type Transaction = Parameters<Parameters<Drizzle['transaction']>[0]>[0]

/** A registry whose manifests and champions lie in the tables of `db` and whose weights lie in `store`. */
export function createPostgresRegistry({ db }: Pick<Database, 'db'>, store: ArtifactStore): Registry {
  return {
    publish: (artifact, provenance, trainingUsers) => publish(db, store, artifact, provenance, trainingUsers),
    trace: (userId) => traceUser(db, userId),
    versions: () => versions(db),
    manifest: (name) => manifestOf(db, name),
    load: async (name) => load(store, await manifestOf(db, name)),
    champions: () => db.select().from(champions).orderBy(asc(champions.model)),
    promote: (name, change) => db.transaction((transaction) => promote(transaction, name, change)),
    makeDefault: (model) => db.transaction((transaction) => makeDefault(transaction, model)),
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
  // Named by its content, the artifact is whole in the store before a version that needs it exists.
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
  { model, hyperparameters }: Artifact,
  provenance: Provenance,
  { key, sha256, bytes }: Manifest['artifact'],
): Promise<Manifest> {
  await lockRegistry(transaction)
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
      artifactKey: key,
      artifactSha256: sha256,
      artifactBytes: bytes,
    })
    .returning()
  return toManifest(row!)
}

async function versions(db: Drizzle): Promise<Manifest[]> {
  const rows = await db
    .select()
    .from(modelVersions)
    .orderBy(asc(modelVersions.model), desc(modelVersions.version))
  return rows.map(toManifest)
}

async function manifestOf(db: Drizzle | Transaction, name: VersionName): Promise<Manifest> {
  const [row] = await db
    .select()
    .from(modelVersions)
    .where(and(eq(modelVersions.model, name.model), eq(modelVersions.version, name.version)))
  if (row === undefined)
    throw new UnknownVersionError(`There is no version ${formatVersionName(name)} in the registry`)
  return toManifest(row)
}

async function load(store: ArtifactStore, manifest: Manifest): Promise<LoadedVersion> {
  const { key, sha256 } = manifest.artifact
  try {
    const bytes = await store.get(key)
    const found = await hashOfWhole(bytes)
    if (found !== sha256) throw new Error(`its SHA-256 is ${found}, the manifest says ${sha256}`)
    const artifact = decodeArtifact(bytes)
    if (artifact.model !== manifest.model) throw new Error(`it holds a ${artifact.model}`)
    return { manifest, artifact }
  } catch (cause) {
    throw new UnusableArtifactError(
      `The artifact of ${formatVersionName(manifest)}, ${key}, cannot be used: ${(cause as Error).message}. ` +
        'Put the file back from a backup or promote another version',
      { cause },
    )
  }
}

async function promote(
  transaction: Transaction,
  name: VersionName,
  { by, reason }: ChampionChange,
): Promise<void> {
  const { model, version } = await manifestOf(transaction, name)
  await lockRegistry(transaction)
  const current = await transaction.select().from(champions)
  const before = current.find((champion) => champion.model === model)
  if (before?.version === version) return
  const change = { version, promotedBy: by, reason }
  await transaction
    .insert(champions)
    .values({ ...change, model, isDefault: !current.some(({ isDefault }) => isDefault) })
    .onConflictDoUpdate({ target: champions.model, set: { ...change, promotedAt: sql`now()` } })
  await transaction
    .insert(championChanges)
    .values({ model, fromVersion: before?.version ?? null, toVersion: version, by, reason })
}

async function makeDefault(transaction: Transaction, model: string): Promise<void> {
  await lockRegistry(transaction)
  await transaction.update(champions).set({ isDefault: false }).where(eq(champions.isDefault, true))
  const chosen = await transaction
    .update(champions)
    .set({ isDefault: true })
    .where(eq(champions.model, model))
    .returning()
  if (chosen.length === 0) throw new UnknownVersionError(`${model} has no champion that could be the default`)
}

/** Until the transaction ends nobody else publishes or promotes: version numbers and champions are read to be written. */
async function lockRegistry(transaction: Transaction): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended('palate registry', 0))`)
}

function toManifest(row: typeof modelVersions.$inferSelect): Manifest {
  const { artifactKey: key, artifactSha256: sha256, artifactBytes: bytes, ...manifest } = row
  return { ...manifest, artifact: { key, sha256, bytes } }
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
}

function hashOf(pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}

/** Off the event loop: a service answers requests while it loads half a gigabyte of weights. */
async function hashOfWhole(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
}
