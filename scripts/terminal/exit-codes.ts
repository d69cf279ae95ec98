// The exit codes of all commands; a number means the same in each of them.
import type { EnvironmentError } from '../../src/config/config.ts'
import type { DistributionError } from '../../src/db/distribute.ts'
import type { ServerStartError } from '../../src/db/embedded/postmaster.ts'
import type { HyperparametersError } from '../../src/models/define-model.ts'
import type { BatchStatusError, UnknownBatchError } from '../../src/ratings/batches.ts'
import type { DownloadError } from '../../src/ratings/download-dataset.ts'
import type { RatingsInputError } from '../../src/ratings/malformed-lines.ts'
import type { ConfiguredDefaultError } from '../../src/registry/change-champion.ts'
import type { UnknownVersionError, UnusableArtifactError } from '../../src/registry/registry.ts'
import type { DamagedFileError } from '../../src/registry/sealed-file.ts'
import type { RetrainingConfigError } from '../../src/retraining/config.ts'
import type { WebhookTargetError } from '../../src/retraining/report/webhook-target.ts'
import { explainFailure, isDatabaseFailure, isStorageFailure } from '../../src/retraining/run/failures.ts'
import type { RunInProgressError } from '../../src/retraining/run/run-lock.ts'
import type { NothingToResumeError } from '../../src/retraining/run/run-retraining.ts'
import type { LostRunError } from '../../src/retraining/run/runs.ts'
import type { EventStreamError } from '../../src/streams/event-stream.ts'
import type { NoStudyError } from '../../src/tuning/search.ts'

export const exitCodes = {
  done: [0, 'done'],
  failed: [1, 'failed; the message on stderr says why'],
  misused: [2, 'an option, the environment, the configuration or a version name is invalid'],
  stopped: [3, 'a data check stopped the run before training'],
  running: [4, 'another run is in progress'],
  nothingToDo: [5, 'nothing to do: no run to resume on this backend, or no week left to replay'],
  database: [6, 'the database cannot be reached or was lost'],
  storage: [
    7,
    'a file or the database cannot be written (disk full, quota, permissions), or the artifact store is unavailable',
  ],
  damaged: [8, 'a file of the run (ratings or checkpoint) is damaged'],
  artifact: [9, 'the weights of a version cannot be used'],
  untrained: [10, 'done, but a variant could not be trained; the others were evaluated and may be champions'],
  input: [11, 'the ratings, the labels or the stream cannot be read'],
  download: [12, 'a download failed'],
  interrupted: [130, 'interrupted by Ctrl-C or SIGTERM'],
} as const satisfies Readonly<Record<string, readonly [code: number, meaning: string]>>

export type ExitCode = keyof typeof exitCodes

/** The codes of each command besides `done`, `failed` and `misused`, which every command has. */
export const codesOfCommands = {
  anomalies: ['database', 'storage', 'artifact', 'input', 'interrupted'],
  bench: ['database', 'storage', 'interrupted'],
  'build:client': ['storage'],
  chaos: ['database', 'storage', 'interrupted'],
  compare: ['database', 'storage', 'input', 'interrupted'],
  complete: ['database', 'storage', 'artifact', 'input', 'interrupted'],
  consume: ['database', 'storage', 'input', 'interrupted'],
  db: ['database', 'storage'],
  demo: ['database', 'storage', 'input', 'interrupted'],
  doctor: ['database', 'storage'],
  evaluate: ['database', 'storage', 'artifact', 'input', 'interrupted'],
  experiment: ['database', 'storage', 'artifact'],
  'export-embeddings': ['database', 'storage', 'artifact', 'interrupted'],
  'export-web': ['database', 'storage', 'artifact', 'interrupted'],
  import: ['database', 'storage', 'input', 'download', 'interrupted'],
  imports: ['database', 'storage'],
  keys: ['database', 'storage'],
  models: ['database', 'storage'],
  'predict-attribute': ['database', 'storage', 'artifact', 'input', 'interrupted'],
  promote: ['database', 'storage', 'artifact'],
  replay: ['nothingToDo', 'database', 'storage', 'input', 'interrupted'],
  results: ['storage', 'interrupted'],
  retrain: [
    'stopped',
    'running',
    'nothingToDo',
    'database',
    'storage',
    'damaged',
    'artifact',
    'untrained',
    'interrupted',
  ],
  rollback: ['database', 'storage', 'artifact'],
  screenshots: ['storage'],
  segments: ['database', 'storage', 'artifact', 'interrupted'],
  serve: ['database', 'storage', 'artifact'],
  'setup:tensorflow': ['storage', 'interrupted'],
  synthesize: ['database', 'storage', 'input', 'interrupted'],
  train: ['database', 'storage', 'interrupted'],
  tune: ['database', 'storage', 'input', 'interrupted'],
  worker: ['database', 'storage'],
} as const satisfies Readonly<Record<string, readonly ExitCode[]>>

export type CommandName = keyof typeof codesOfCommands

/** All codes that `npm run <name>` may exit with. */
export function exitCodesOf(name: CommandName): ExitCode[] {
  return ['done', 'failed', 'misused', ...codesOfCommands[name]]
}

/** The codes of a command as lines of its `--help`. */
export function formatExitCodes(name: CommandName): string {
  return exitCodesOf(name)
    .map((code) => `  ${String(exitCodes[code][0]).padStart(3)}  ${exitCodes[code][1]}`)
    .join('\n')
}

/** Sets the code that the process exits with once it has nothing left to do. */
export function exitWith(code: ExitCode): void {
  process.exitCode = exitCodes[code][0]
}

/** The command was called in a way that it does not support. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export function exitCodeOfError(error: unknown): ExitCode {
  if (isKnown(error)) return codesOfErrors[error.name]
  if (isStorageFailure(error)) return 'storage'
  return isDatabaseFailure(error) ? 'database' : 'failed'
}

/** The message of an error, without stack traces and quoted queries. */
export function explainError(error: unknown): string {
  return isKnown(error) ? error.message : explainFailure(error)
}

type KnownError =
  | UsageError
  | EnvironmentError
  | RetrainingConfigError
  | HyperparametersError
  | ConfiguredDefaultError
  | UnknownVersionError
  | UnknownBatchError
  | BatchStatusError
  | WebhookTargetError
  | (SyntaxError & { readonly name: 'SyntaxError' })
  | NoStudyError
  | RunInProgressError
  | LostRunError
  | NothingToResumeError
  | DamagedFileError
  | UnusableArtifactError
  | RatingsInputError
  | EventStreamError
  | DownloadError
  | DistributionError
  | ServerStartError

function isKnown(error: unknown): error is KnownError {
  return error instanceof Error && Object.hasOwn(codesOfErrors, error.name)
}

// By name, because to import the classes would load all models to manage the database.
const codesOfErrors: Readonly<Record<KnownError['name'], ExitCode>> = {
  UsageError: 'misused',
  EnvironmentError: 'misused',
  RetrainingConfigError: 'misused',
  HyperparametersError: 'misused',
  ConfiguredDefaultError: 'misused',
  UnknownVersionError: 'misused',
  UnknownBatchError: 'misused',
  BatchStatusError: 'misused',
  WebhookTargetError: 'misused',
  SyntaxError: 'misused',
  NoStudyError: 'misused',
  RunInProgressError: 'running',
  LostRunError: 'running',
  NothingToResumeError: 'nothingToDo',
  DamagedFileError: 'damaged',
  UnusableArtifactError: 'artifact',
  RatingsInputError: 'input',
  EventStreamError: 'input',
  DownloadError: 'download',
  DistributionError: 'failed',
  ServerStartError: 'database',
}
