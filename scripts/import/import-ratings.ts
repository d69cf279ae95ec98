import { join } from 'node:path'
import { loadConfig } from '../../src/config/config.ts'
import { type DatasetName, downloadDataset } from '../../src/ratings/download-dataset.ts'
import { type ImportReport, importRatings } from '../../src/ratings/postgres-import.ts'
import type { ColumnOptions } from '../../src/ratings/rating-columns.ts'
import { pruneRatingHistory } from '../../src/ratings/rating-history.ts'
import { openRatingsSource, type RatingsFilesSource } from '../../src/ratings/ratings-source.ts'
import { configuredWeights } from '../terminal/column-options.ts'
import { createImportProgress } from '../terminal/import-progress.ts'
import { createProgress, type Progress } from '../terminal/progress.ts'
import { withDatabase } from '../terminal/with-database.ts'
import { logMalformed } from './format.ts'
import { observeValues, type ValueSummary } from './value-summary.ts'

export interface ImportOptions extends Omit<ColumnOptions, 'weights'> {
  readonly maxBad: number
  readonly items?: string
  readonly followSymlinks?: boolean
}

/** Exactly one of the two. */
interface Origin {
  readonly path: string | undefined
  readonly download: DatasetName | undefined
}

/** An import, and how its files were read. */
export interface Imported extends ImportReport {
  readonly files: RatingsFilesSource['readAs']
  readonly unused: RatingsFilesSource['unused']
  readonly values: ValueSummary
}

/** Imports ratings into the configured database; progress and skipped lines go to stderr. */
export async function importFrom(
  { path, download }: Origin,
  { maxBad: maxMalformed, followSymlinks = false, items, ...columns }: ImportOptions,
  signal: AbortSignal,
): Promise<Imported> {
  const from = path ?? (await downloadTo(join(loadConfig().home, 'downloads'), download!, signal))
  const progress = createImportProgress()
  const source = await openRatingsSource(from, {
    columns: { ...columns, weights: configuredWeights() },
    items,
    maxMalformed,
    followSymlinks,
    signal,
    onBytes: progress.onBytes,
  })
  const { observed, summarize } = observeValues(source)
  const report = await withDatabase(async ({ sql }, { ratingHistoryDays: historyDays }) => {
    try {
      progress.start(source.bytes)
      const imported = await importRatings(sql, observed, {
        historyDays,
        signal,
        onProgress: progress.onProgress,
      })
      await pruneRatingHistory(sql, historyDays)
      return imported
    } finally {
      progress.finish()
    }
  })
  logMalformed(source.malformed)
  return { ...report, files: source.readAs, unused: source.unused, values: summarize() }
}

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
