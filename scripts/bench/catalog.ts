// npm run bench -- catalog: a world from its ratings to its lists, for catalogs of several sizes.
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { useBackend } from '../../src/compute/backend.ts'
import { requireMemory } from '../../src/compute/require-memory.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Sql } from '../../src/db/database.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { sliceRows } from '../../src/interactions/csr/select.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel } from '../../src/models/models.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import { type Artifact, artifactOf } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import type { Manifest, Registry } from '../../src/registry/registry.ts'
import { fitRetrieval } from '../../src/retrieval/fit-retrieval.ts'
import { fit } from '../../src/training/fit.ts'
import { createBenchDatabase } from './serve/bench-database.ts'
import { type ServedSearch, serveVersion } from './serve/serve-version.ts'
import { itemIdOf, untrained } from './serve/untrained-champion.ts'
import { drawRequests, userIdOf } from './serve/world.ts'
import { groupedRatings } from './synthetic-ratings.ts'

export interface CatalogBenchOptions {
  readonly items: number
  readonly users: number
  readonly ratingsPerUser: number
  /** The model is trained on the ratings of so many users, for one epoch; with 0 its weights are random. */
  readonly trainingUsers: number
  readonly hidden: number
  readonly connections: number
  /** Of each measurement under load. */
  readonly seconds: number
  readonly report: (line: string) => void
}

export interface CatalogBenchResult {
  readonly items: number
  readonly importSeconds: number
  readonly databaseBytes: number
  readonly trainingSeconds: number
  readonly artifactBytes: number
  /** Of fitting the approximate search. */
  readonly fitSeconds: number
  /** Null if an exact search takes about as long. */
  readonly retrieval: Manifest['retrieval']
  readonly exact: ServedSearch
  readonly approximate: ServedSearch | null
}

/** @throws RangeError when the memory for training or serving is not free */
export function requireCatalogMemory({ items, hidden, trainingUsers }: CatalogBenchOptions): void {
  const weightBytes = 2 * 4 * items * hidden
  // training keeps gradients and both moments of Adam; serving has the weights twice while it loads them
  const bytes = (trainingUsers > 0 ? 5 : 3) * weightBytes + 2 ** 30
  requireMemory(
    bytes,
    `A mult-vae of ${items} items and ${hidden} hidden units`,
    'choose fewer --items, a smaller --hidden or --training-users 0',
  )
}

export async function benchCatalog(options: CatalogBenchOptions): Promise<CatalogBenchResult> {
  const { items, users, ratingsPerUser, report } = options
  const backend = await useBackend('wasm')
  const { database, url, home, remove } = await createBenchDatabase(loadConfig())
  try {
    report(`${items} items: making up ${users} users`)
    const shape = { users, items, ratings: users * ratingsPerUser, groups: Math.ceil(items / 500) }
    const ratings = groupedRatings(shape, 1)
    report('Importing')
    const importSeconds = await importAll(database.sql, ratings, join(home, 'ratings.csv'))
    const [size] = await database.sql<{ bytes: string }[]>`
      select pg_database_size(current_database())::text as bytes`
    report('Training')
    const { artifact, seconds: trainingSeconds } = await train(ratings, options)
    report('Fitting the approximate search')
    const started = performance.now()
    const scorer = openArtifact(artifact)
    const retrieval = await fitRetrieval(scorer, ratings, 1, 0)
    scorer.dispose()
    const fitSeconds = (performance.now() - started) / 1000
    const registry = openRegistry(database, { home })
    const serve = async (name: string, served: Artifact) => {
      report(`Serving with ${name} search`)
      const manifest = await publish(registry, served, ratings, backend.name)
      const environment = { DATABASE_URL: url, PALATE_HOME: home, ARTIFACTS_URL: '' }
      const requests = drawRequests(ratings)
      return { manifest, search: await serveVersion({ ...options, environment, home, requests }) }
    }
    const exact = await serve('exact', artifact)
    const approximate = retrieval && (await serve('approximate', { ...artifact, retrieval }))
    return {
      ...{ items, importSeconds, databaseBytes: Number(size!.bytes), trainingSeconds, fitSeconds },
      artifactBytes: exact.manifest.artifact.bytes,
      retrieval: approximate?.manifest.retrieval ?? null,
      exact: exact.search,
      approximate: approximate?.search ?? null,
    }
  } finally {
    await remove()
  }
}

async function importAll(sql: Sql, ratings: CsrMatrix, path: string): Promise<number> {
  await pipeline(Readable.from(csvLines(ratings)), createWriteStream(path))
  if ((await stat(path)).size === 0) throw new Error(`${path} is empty`)
  const { seconds } = await importRatings(sql, await openRatingsSource(path))
  return seconds
}

function* csvLines({ rows, offsets, indices, values }: CsrMatrix): Generator<string> {
  yield 'userId,itemId,rating\n'
  for (let user = 0; user < rows; user++) {
    let lines = ''
    for (let n = offsets[user]!; n < offsets[user + 1]!; n++)
      lines += `${userIdOf(user)},${itemIdOf(indices[n]!)},${values[n]!}\n`
    yield lines
  }
}

async function train(
  ratings: CsrMatrix,
  { trainingUsers, hidden, items }: CatalogBenchOptions,
): Promise<{ artifact: Artifact; seconds: number }> {
  const started = performance.now()
  const model = findModel('mult-vae')
  const latent = Math.min(200, hidden)
  const settings = { positiveThreshold: 3, hidden: [hidden], latent, batchSize: 500, epochs: 1 }
  const data = sliceRows(ratings, 0, Math.min(trainingUsers, ratings.rows))
  const { weights, hyperparameters } =
    trainingUsers > 0
      ? await fit({ model, train: data, hyperparameters: settings, seed: 1 })
      : await untrained(model, ratings, settings)
  const seconds = (performance.now() - started) / 1000
  const ids = createIdMap(Array.from({ length: items }, (_, item) => itemIdOf(item)))
  const trained = { model: 'mult-vae', hyperparameters: { ...hyperparameters }, weights }
  return { artifact: artifactOf(trained, { matrix: ratings, items: ids }), seconds }
}

async function publish(
  registry: Registry,
  artifact: Artifact,
  ratings: CsrMatrix,
  backend: string,
): Promise<Manifest> {
  const manifest = await registry.publish(artifact, {
    ...{ seed: 1, dataFingerprint: 'synthetic', metrics: {}, backend, parentVersion: null },
    data: { users: ratings.rows, items: ratings.columns, ratings: ratings.values.length },
  })
  await registry.promote(manifest, { by: 'the benchmark', reason: 'to be measured' })
  return manifest
}
