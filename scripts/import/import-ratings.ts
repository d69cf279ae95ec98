import { join } from 'node:path'
import { loadConfig } from '../../src/config/config.ts'
import type { Sql } from '../../src/db/database.ts'
import { type DatasetName, downloadDataset } from '../../src/ratings/download-dataset.ts'
import {
  type ImportOptions as DatabaseOptions,
  type ImportReport,
  importRatings,
} from '../../src/ratings/postgres-import.ts'
import { type ImportPreview, previewImport } from '../../src/ratings/postgres-preview.ts'
import { openQuerySource, type RatingsQuery } from '../../src/ratings/query-source.ts'
import type { RatingEvent } from '../../src/ratings/rating.ts'
import type { ColumnOptions } from '../../src/ratings/rating-columns.ts'
import { pruneRatingHistory } from '../../src/ratings/rating-history.ts'
import {
  openRatingsSource,
  type RatingsFilesSource,
  type RatingsSource,
  type RatingsSourceOptions,
} from '../../src/ratings/ratings-source.ts'
import { configuredWeights } from '../terminal/column-options.ts'
import { createImportProgress } from '../terminal/import-progress.ts'
import { createProgress, type Progress } from '../terminal/progress.ts'
import { withDatabase } from '../terminal/with-database.ts'
import { logMalformed } from './format.ts'
import { observeRatings, type ValueSummary } from './observe-ratings.ts'

export interface ImportOptions extends Omit<ColumnOptions, 'weights'> {
  readonly maxBad: number
  readonly items?: string
  readonly followSymlinks?: boolean
}

/** Where the ratings come from. */
export type Origin =
  | { readonly path: string }
  | { readonly download: DatasetName }
  | { readonly query: RatingsQuery }

/** How files were read. */
export interface FilesRead {
  readonly files: RatingsFilesSource['readAs']
  readonly unused: RatingsFilesSource['unused']
  readonly values: ValueSummary
}

export interface Imported extends ImportReport, FilesRead {}

export interface Previewed extends ImportPreview, FilesRead {
  /** The first ratings. */
  readonly sample: readonly RatingEvent[]
}

/** Imports ratings into the configured database; progress and skipped lines go to stderr. */
export async function importFrom(
  origin: Origin,
  options: ImportOptions,
  signal: AbortSignal,
): Promise<Imported> {
  const { sample: _, ...imported } = await readInto(origin, options, signal, async (sql, source, rest) => {
    const report = await importRatings(sql, source, rest)
    await pruneRatingHistory(sql, rest.historyDays)
    return report
  })
  return imported
}

/** What `importFrom` would do. */
export function previewFrom(origin: Origin, options: ImportOptions, signal: AbortSignal): Promise<Previewed> {
  return readInto(origin, options, signal, previewImport)
}

type Act<T> = (sql: Sql, source: RatingsSource, options: Required<DatabaseOptions>) => Promise<T>

/** What `act` returns for the source and the configured database, and how the files were read. */
async function readInto<T>(
  origin: Origin,
  { maxBad: maxMalformed, followSymlinks = false, items, ...columns }: ImportOptions,
  signal: AbortSignal,
  act: Act<T>,
): Promise<T & FilesRead & { sample: readonly RatingEvent[] }> {
  const progress = createImportProgress()
  const source = await open(origin, {
    columns: { ...columns, weights: configuredWeights() },
    items,
    maxMalformed,
    followSymlinks,
    signal,
    onBytes: progress.onBytes,
  })
  const { observed, summarize } = observeRatings(source)
  const result = await withDatabase(async ({ sql }, { ratingHistoryDays: historyDays }) => {
    try {
      progress.start(source.bytes)
      return await act(sql, observed, { historyDays, signal, onProgress: progress.onProgress })
    } finally {
      progress.finish()
    }
  })
  logMalformed(source.malformed)
  return { ...result, files: source.readAs, unused: source.unused, ...summarize() }
}

async function open(origin: Origin, options: OpenOptions): Promise<RatingsFilesSource> {
  if ('query' in origin) return openQuerySource(origin.query, options)
  if ('path' in origin) return openRatingsSource(origin.path, options)
  const folder = join(loadConfig().home, 'downloads')
  return openRatingsSource(await downloadTo(folder, origin.download, options.signal), options)
}

type OpenOptions = RatingsSourceOptions & { readonly signal: AbortSignal }

async function downloadTo(folder: string, name: DatasetName, signal: AbortSignal): Promise<string> {
  let progress: Progress | undefined
  const onProgress = (bytes: number, total: number | undefined) => {
    progress ??= createProgress({ label: `Downloading ${name}`, unit: 'bytes', total })
    progress.update(bytes)
  }
  try {
    return await downloadDataset(name, { folder, signal, onProgress })
  } finally {
    progress?.finish()
  }
}
