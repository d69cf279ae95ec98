// Removes the ids of erased users from artifacts with weights for single users.
import { randomUUID } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { modelVersions } from '../db/schema.ts'
import { createIdMap } from '../interactions/id-map.ts'
import { artifactOfFile, encodeArtifact } from './artifact.ts'
import { ArtifactMissingError, type ArtifactStore } from './artifact-store.ts'
import { hashOf, sizeOf } from './pieces.ts'
import { type Drizzle, isVersion } from './postgres-lock.ts'
import { readSafetensors } from './read-safetensors.ts'
import type { TracedVersions } from './registry.ts'
import type { VersionName } from './version-name.ts'

/** See `Registry.eraseUser`. The file under the old key is deleted after the version points to the new one. */
export async function eraseFromArtifacts(
  db: Drizzle,
  store: ArtifactStore,
  userId: string,
  { learned, unknown }: TracedVersions,
): Promise<VersionName[]> {
  const changed: VersionName[] = []
  for (const { model, version } of [...learned, ...unknown])
    if (await rename(db, store, { model, version }, userId)) changed.push({ model, version })
  return changed
}

async function rename(
  db: Drizzle,
  store: ArtifactStore,
  name: VersionName,
  userId: string,
): Promise<boolean> {
  const [row] = await db
    .select({ key: modelVersions.artifactKey, sha256: modelVersions.artifactSha256 })
    .from(modelVersions)
    .where(and(isVersion(name), isNull(modelVersions.prunedAt)))
  const stored = row && (await store.get(row.key).catch(undefinedIfMissing))
  if (!stored) return false
  const artifact = artifactOfFile(await readSafetensors(stored, row.sha256))
  if (artifact.users?.indexOf(userId) === undefined) return false
  const ids = artifact.users.ids.map((id) => (id === userId ? `erased ${randomUUID()}` : id))
  const pieces = encodeArtifact({ ...artifact, users: createIdMap(ids) })
  const sha256 = hashOf(pieces)
  const key = `${name.model}/${sha256}.safetensors`
  await store.put(key, pieces)
  await db
    .update(modelVersions)
    .set({ artifactKey: key, artifactSha256: sha256, artifactBytes: sizeOf(pieces) })
    .where(eq(modelVersions.artifactKey, row.key))
  await store.remove(row.key)
  return true
}

function undefinedIfMissing(error: Error): undefined {
  if (!(error instanceof ArtifactMissingError)) throw error
}
