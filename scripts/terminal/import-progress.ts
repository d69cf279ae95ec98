import type { ImportStep } from '../../src/ratings/postgres-import.ts'
import { createProgress, type Progress } from './progress.ts'

/** The progress of an import: reading in bytes, then sorting, then writing in ratings. */
export interface ImportProgress {
  /** @param bytes the size of the file; undefined for a pipe */
  start(bytes: number | undefined): void
  /** For `openRatingsSource`. */
  onBytes(bytes: number): void
  /** For `importRatings`. */
  onProgress(step: ImportStep): void
  /** Must be called in a `finally`: the process stays alive until then. */
  finish(): void
}

export function createImportProgress(silent = false): ImportProgress {
  let bytesRead = 0
  let shown: { label: string; progress: Progress } | undefined
  const show = (label: string, unit: string, total: number | undefined): Progress => {
    if (shown?.label === label) return shown.progress
    shown?.progress.finish()
    shown = { label, progress: createProgress({ label, unit, total, silent }) }
    return shown.progress
  }
  return {
    start: (bytes) => void show('Reading', 'bytes', bytes),
    onBytes: (bytes) => {
      bytesRead = bytes
    },
    onProgress: (step) => {
      if (step.name === 'read')
        shown?.progress.update(bytesRead, `${step.ratings.toLocaleString('en-US')} ratings`)
      else if (step.name === 'sort') show('Sorting', 'ratings', undefined)
      else show('Writing', 'ratings', step.total).update(step.ratings)
    },
    finish: () => shown?.progress.finish(),
  }
}
