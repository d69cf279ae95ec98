import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../src/db/database.ts'
import { isLatentModel } from '../../src/models/scorer.ts'
import { createPostgresUserHistories } from '../../src/ratings/postgres-user-histories.ts'
import {
  type EmbeddingPage,
  itemEmbeddings,
  userEmbeddings,
} from '../../src/recommender/export/embeddings.ts'
import { writeParquet } from '../../src/recommender/export/parquet-embeddings.ts'
import { type Embedded, writeEmbeddings } from '../../src/recommender/export/postgres-embeddings.ts'
import { InferenceModel } from '../../src/recommender/inference/inference-model.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { Champion, Registry } from '../../src/registry/registry.ts'
import { championNamed } from '../terminal/champion-named.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { createProgress } from '../terminal/progress.ts'

export interface ExportOptions {
  /** The default model when absent. */
  readonly model?: string
  /** The folder of the Parquet files; none are written when absent. */
  readonly out?: string
  /** Whether to write the tables. */
  readonly postgres?: boolean
}

export interface ExportRequest extends ExportOptions {
  readonly database: Database
  readonly registry: Pick<Registry, 'champions' | 'load'>
  readonly signal?: AbortSignal
}

export interface Exported {
  readonly model: string
  readonly version: number
  readonly users: number
  readonly items: number
  readonly files: readonly string[]
}

/** @throws UsageError if the model has no champion, or the champion has no embeddings. */
export async function exportEmbeddings(request: ExportRequest): Promise<Exported> {
  const { database, registry, out } = request
  const champion = championNamed(await registry.champions(), request.model)
  const { artifact } = await registry.load(champion)
  const scorer = openArtifact(artifact)
  try {
    if (!isLatentModel(scorer))
      throw new UsageError(`${champion.model} has no embeddings; name another with --model`)
    if (out !== undefined) await makeFolder(out)
    const model = new InferenceModel(scorer, artifact.popularity)
    const [{ users: total }] = await database.sql<
      [{ users: number }]
    >`select count(*)::int as users from users`
    const users = await write(
      request,
      champion,
      'users',
      () => userEmbeddings(model, artifact.items, createPostgresUserHistories(database)),
      total,
    )
    const items = await write(
      request,
      champion,
      'items',
      () => itemEmbeddings(model, artifact.items),
      artifact.items.size,
    )
    const files = [users.file, items.file].filter((file) => file !== undefined)
    return { model: champion.model, version: champion.version, users: users.rows, items: items.rows, files }
  } finally {
    scorer.dispose()
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: Error) => {
    throw new Error(
      `The files cannot be written to ${path}: give a folder, or a path at which one can be created`,
      { cause },
    )
  })
}

async function write(
  { database, out, postgres, signal }: ExportRequest,
  { model, version }: Champion,
  of: Embedded,
  pages: () => AsyncIterable<EmbeddingPage>,
  total: number,
): Promise<{ rows: number; file?: string }> {
  let rows = 0
  const watched = (where: string) => withProgress(pages(), `${of}, ${where}`, total, signal)
  if (postgres) rows = await writeEmbeddings(database, of, { model, version }, watched('Postgres'))
  if (out === undefined) return { rows }
  const file = join(out, `${model}-${version}-${of}.parquet`)
  rows = await writeParquet(file, watched('Parquet'), { model, version: String(version) })
  return { rows, file }
}

/** Passes pages on, shows the progress, and stops after a page once the signal is aborted. */
async function* withProgress(
  pages: AsyncIterable<EmbeddingPage>,
  label: string,
  total: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<EmbeddingPage> {
  const progress = createProgress({ label, unit: 'embeddings', total })
  let done = 0
  try {
    for await (const page of pages) {
      signal?.throwIfAborted()
      yield page
      done += page.ids.length
      progress.update(done)
    }
  } finally {
    progress.finish()
  }
}
