import { writeFile } from 'node:fs/promises'
import type { Database } from '../../src/db/database.ts'
import type { UserMap } from '../../src/map/latent-map.ts'
import { formatCsv } from '../../src/pages/csv.ts'
import type { Catalog } from '../../src/ratings/item-catalog.ts'
import { readCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { createPostgresUserHistories } from '../../src/ratings/postgres-user-histories.ts'
import { InferenceModel } from '../../src/recommender/inference/inference-model.ts'
import { thresholdOf } from '../../src/recommender/served-model.ts'
import type { Artifact } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { createPostgresSegments } from '../../src/segments/postgres-segments.ts'
import { type SegmentedUsers, segmentUsers } from '../../src/segments/segment-users.ts'
import type { Segmentation } from '../../src/segments/segmentation.ts'
import { championOrVersion } from '../terminal/champion-or-version.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { createProgress } from '../terminal/progress.ts'

export interface SegmentsOptions {
  /** A model, or a version such as mult-vae@3; the default model when absent. */
  readonly model?: string
  readonly k: number | 'auto'
  readonly seed: number
  /** The CSV file of the segment of each user; none is written when absent. */
  readonly users?: string
}

export interface SegmentsRequest extends SegmentsOptions {
  readonly database: Database
  readonly registry: Pick<Registry, 'champions' | 'load'>
  readonly signal?: AbortSignal
}

export interface FoundSegments {
  readonly segmentation: Omit<Segmentation, 'createdAt'>
  /** Users without interactions that the model can rank by; they are in no segment. */
  readonly usersWithoutSegment: number
  /** With the titles of the items that characterize the segments. */
  readonly catalog: Catalog
}

/**
 * @throws UsageError if the model has no champion, or the champion no map of users
 * @throws Error if there are too few users
 */
export async function findSegments(request: SegmentsRequest): Promise<FoundSegments> {
  const { database, registry } = request
  const { manifest, artifact } = await championOrVersion(registry, request.model)
  if (artifact.map?.users === undefined)
    throw new UsageError(
      `${formatVersionName(manifest)} has no map of users: the model has no embeddings of users, or an earlier release ` +
        'trained the version. Name another model with --model, such as mult-vae, or train this one again',
    )
  const catalog = await readCatalog(database)
  const total = await countUsers(database)
  const { members, ...segmented } = await segment(request, total, artifact, artifact.map.users, catalog)
  const segmentation = { model: manifest.model, version: manifest.version, ...segmented }
  await createPostgresSegments(database).save(segmentation)
  if (request.users !== undefined) await writeFile(request.users, formatCsv(members))
  // a user may have been added since the count
  const usersWithoutSegment = Math.max(0, total - segmented.users)
  return { segmentation, usersWithoutSegment, catalog }
}

async function countUsers({ sql }: Database): Promise<number> {
  const [{ users }] = await sql<[{ users: number }]>`select count(*)::int as users from users`
  return users
}

async function segment(
  { database, k, seed, signal }: SegmentsRequest,
  total: number,
  artifact: Artifact,
  map: UserMap,
  catalog: Catalog,
): Promise<SegmentedUsers> {
  const progress = createProgress({ label: 'users', unit: 'users', total })
  const scorer = openArtifact(artifact)
  try {
    return await segmentUsers(
      new InferenceModel(scorer, artifact.popularity),
      artifact,
      map,
      {
        userHistories: createPostgresUserHistories(database),
        catalog,
        positiveThreshold: thresholdOf(artifact),
      },
      { k, seed, ...(signal && { signal }), onProgress: (users) => progress.update(users) },
    )
  } finally {
    progress.finish()
    scorer.dispose()
  }
}
