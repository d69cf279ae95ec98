// What may go wrong in a run: the disk, the database, files, or a model alone.
import { isDatabaseUnavailable } from '../../db/connection-errors.ts'
import { UnusableArtifactError } from '../../registry/registry.ts'
import { DamagedFileError } from '../../registry/sealed-file.ts'
import { RunInProgressError } from './run-lock.ts'
import { LostRunError } from './runs.ts'

/** Whether an error, or what it wraps, says that nothing more can be written: full, read-only, over a quota, forbidden. */
export function isStorageFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as NodeJS.ErrnoException
  return (code !== undefined && storageCodes.has(code)) || isStorageFailure(error.cause)
}

/** 53100 is PostgreSQL's disk_full. */
const storageCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EIO', '53100'])

/** Whether an error, or what it wraps, comes from the database or from its being away. */
export function isDatabaseFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'PostgresError' || isDatabaseUnavailable(error) || isDatabaseFailure(error.cause)
}

/** In a sentence, without the queries that some errors quote. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'AbortError') return 'It was interrupted'
  if (isStorageFailure(error)) return `Nothing more can be written: ${innermost(error).message}`
  if (!isDatabaseFailure(error)) return error.message
  // what was found wrong when it was opened is explained already
  if (error.cause && !error.message.startsWith('Failed query')) return error.message
  const { message } = innermost(error)
  return isDatabaseUnavailable(error) ? `The database went away: ${message}` : message
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error
}

/** Whether an error concerns the training of one model, and not what all of them need. */
export function isVariantsOwnFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    !ofTheRun.some((kind) => error instanceof kind) &&
    !isStorageFailure(error) &&
    !isDatabaseFailure(error)
  )
}

const ofTheRun = [TypeError, DamagedFileError, UnusableArtifactError, LostRunError, RunInProgressError]
