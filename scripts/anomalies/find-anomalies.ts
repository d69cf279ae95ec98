import { type Anomalies, detectAnomalies } from '../../src/anomalies/detect-anomalies.ts'
import { type Anomaly, listAnomalies } from '../../src/anomalies/list-anomalies.ts'
import { type ReconstructionErrors, reconstructionErrors } from '../../src/anomalies/reconstruction-errors.ts'
import { renumberColumns } from '../../src/interactions/csr/select.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { positiveThresholdOf } from '../../src/interactions/positive-threshold.ts'
import { thresholdOf } from '../../src/recommender/served-model.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { championOrVersion } from '../terminal/champion-or-version.ts'
import { type DataOptions, readData } from '../terminal/read-data.ts'
import { type OptionalDatabase, withDatabase } from '../terminal/with-database.ts'

export interface AnomaliesOptions extends BackendOptions, Omit<DataOptions, 'protocol' | 'train' | 'test'> {
  readonly model?: string
  readonly threshold: number
  readonly limit: number
}

export interface FoundAnomalies {
  readonly users: number
  readonly ratings: number
  /** Whether the values are ratings or quantities. */
  readonly feedback: Anomalies['feedback']
  readonly threshold: number
  /** The number of users above the threshold. */
  readonly flagged: number
  /** The version whose reconstruction error is part of the score; null for none. */
  readonly model: string | null
  readonly promoted: readonly {
    readonly itemId: string
    readonly rated: 'highest' | 'lowest'
    readonly extremes: number
    readonly ratings: number
    readonly probability: number
  }[]
  readonly anomalies: readonly Anomaly[]
}

export async function findAnomalies(options: AnomaliesOptions, signal: AbortSignal): Promise<FoundAnomalies> {
  if (options.ratings !== undefined && options.model === undefined) return find(options, undefined, signal)
  return withDatabase((database, config) => find(options, { database, config }, signal))
}

async function find(
  { threshold, limit, model, backend, requireGpu, ...data }: AnomaliesOptions,
  stored: OptionalDatabase,
  signal: AbortSignal,
): Promise<FoundAnomalies> {
  if (model !== undefined)
    await openBackend({ ...(backend && { backend }), ...(requireGpu && { requireGpu }) })
  const { ratings } = await readData({ ...data, protocol: 'random-holdout' }, stored?.database.sql, signal)
  const reconstruction = model === undefined ? undefined : await reconstruct(model, ratings, stored)
  const found = detectAnomalies(ratings, ...(reconstruction ? [reconstruction.errors.errors] : []))
  return {
    users: ratings.users.size,
    ratings: ratings.matrix.values.length,
    feedback: found.feedback,
    threshold,
    flagged: found.scores.filter((score) => score > threshold).length,
    model: reconstruction?.version ?? null,
    promoted: found.promoted.map(({ item, ...promoted }) => ({
      itemId: ratings.items.idOf(item),
      ...promoted,
    })),
    anomalies: listAnomalies(ratings, found, limit, reconstruction?.errors),
  }
}

async function reconstruct(
  model: string,
  ratings: Interactions,
  stored: OptionalDatabase,
): Promise<{ version: string; errors: ReconstructionErrors }> {
  const { database, config } = stored!
  const { manifest, artifact } = await championOrVersion(openRegistry(database, config), model)
  const scorer = openArtifact(artifact)
  try {
    const columns = Int32Array.from(ratings.items.ids, (id) => artifact.items.indexOf(id) ?? -1)
    const histories = renumberColumns(ratings.matrix, columns, artifact.items.size)
    const threshold = thresholdOf(artifact) ?? positiveThresholdOf(ratings)
    return {
      version: formatVersionName(manifest),
      errors: await reconstructionErrors(scorer, histories, threshold),
    }
  } finally {
    scorer.dispose()
  }
}
