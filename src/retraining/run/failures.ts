// Failures of a run: disk, database, damaged files, or the training of one model.
import { isDatabaseUnavailable } from '../../db/connection-errors.ts'
import { ArtifactStoreError } from '../../registry/artifact-store.ts'
import { UnusableArtifactError } from '../../registry/registry.ts'
import { DamagedFileError } from '../../registry/sealed-file.ts'
import { RunInProgressError } from './run-lock.ts'
import { LostRunError } from './runs.ts'

/** Whether an error or its cause is a failure to store: disk full, read-only, over quota, forbidden, store unreachable. */
export function isStorageFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof ArtifactStoreError) return true
  const { code } = error as NodeJS.ErrnoException
  return (code !== undefined && storageCodes.has(code)) || isStorageFailure(error.cause)
}

/** 53100 is disk_full in PostgreSQL. */
const storageCodes = new Set([
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'ENOTDIR',
  '53100',
])

/** Whether an error or its cause comes from the database or the connection to it. */
export function isDatabaseFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'PostgresError' || isDatabaseUnavailable(error) || isDatabaseFailure(error.cause)
}

/** The message in one sentence, without the queries that some errors contain. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'AbortError') return 'Interrupted'
  if (error instanceof ArtifactStoreError) return error.message
  if (isStorageFailure(error)) {
    const { message } = innermost(error)
    const isExplained = error.cause !== undefined && !error.message.startsWith('Failed query')
    return isExplained ? `${error.message} (${message})` : `Cannot write: ${message}`
  }
  if (!isDatabaseFailure(error)) return error.message
  // errors of opening the database already have a good message
  if (error.cause && !error.message.startsWith('Failed query')) return error.message
  const { message } = innermost(error)
  return isDatabaseUnavailable(error) ? `The connection to the database was lost: ${message}` : message
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error
}

/** Whether an error concerns the training of one variant only. */
export function isTrainingFailure(error: unknown): boolean {
  return (
    error instanceof Error &&
    !runErrors.some((kind) => error instanceof kind) &&
    !isStorageFailure(error) &&
    !isDatabaseFailure(error)
  )
}

const runErrors = [TypeError, DamagedFileError, UnusableArtifactError, LostRunError, RunInProgressError]
