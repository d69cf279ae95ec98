// What the scripts about retraining and models end with: the one table of it.
import { EnvironmentError } from '../config/config.ts'
import { UnknownVersionError, UnusableArtifactError } from '../registry/registry.ts'
import { DamagedFileError } from '../registry/sealed-file.ts'
import { RetrainingConfigError } from './config.ts'
import type { RetrainingResult } from './result.ts'
import { isDatabaseFailure, isStorageFailure } from './run/failures.ts'
import { RunInProgressError } from './run/run-lock.ts'
import { NothingToResumeError } from './run/run-retraining.ts'
import { LostRunError } from './run/runs.ts'

/** By name, the code, what it means, and what is to be said of it after retraining. */
export const exitCodes = {
  done: [0, 'done', 'whether a champion changed or all were kept'],
  failed: [1, 'something unforeseen'],
  misused: [2, 'options, environment, configuration or version cannot be used; all errors are listed'],
  stopped: [3, 'a data check stopped the run before anything was trained'],
  running: [4, 'another run is under way, and which'],
  nothingToResume: [5, 'no run waits to go on, or not on this backend'],
  database: [6, 'the database cannot be used or went away', '--resume goes on'],
  storage: [
    7,
    'nothing more can be written: disk full, quota, rights',
    '--resume goes on unless it says it is done',
  ],
  damaged: [8, 'a file of the run, ratings or checkpoint, is damaged'],
  artifact: [9, 'the weights of a version cannot be used'],
  untrained: [10, 'done, but a variant could not be trained; the others were judged, and may be champions'],
  interrupted: [130, 'Ctrl-C', '--resume goes on'],
} as const satisfies Readonly<Record<string, readonly [code: number, meaning: string, hint?: string]>>

export type ExitCode = keyof typeof exitCodes

/** The table as lines for the `--help` of retraining. */
export function describeExitCodes(): string {
  return Object.values(exitCodes)
    .map(([code, ...said]) => line(code, said.join('; ')))
    .join('\n')
}

/** What scripts that only look at versions and change champions end with, as lines for their `--help`. */
export function describeExitCodesOfModels(): string {
  const names = ['done', 'failed', 'misused', 'database', 'artifact'] as const
  return names.map((name) => line(exitCodes[name][0], exitCodes[name][1])).join('\n')
}

function line(code: number, meaning: string): string {
  return `  ${String(code).padStart(3)}  ${meaning}`
}

/** How a run that came to its end ends the process. */
export function exitCodeOfResult({ outcome, candidates }: RetrainingResult): ExitCode {
  if (outcome === 'stopped') return 'stopped'
  return candidates.some(({ error }) => error !== null) ? 'untrained' : 'done'
}

/** How an error ends the process. */
export function exitCodeOfError(error: unknown): ExitCode {
  const known = kinds.find(([kind]) => error instanceof kind)
  if (known) return known[1]
  if (isStorageFailure(error)) return 'storage'
  return isDatabaseFailure(error) ? 'database' : 'failed'
}

const kinds: readonly (readonly [new (...args: never[]) => Error, ExitCode])[] = [
  [EnvironmentError, 'misused'],
  [RetrainingConfigError, 'misused'],
  [UnknownVersionError, 'misused'],
  [SyntaxError, 'misused'],
  [RunInProgressError, 'running'],
  [LostRunError, 'running'],
  [NothingToResumeError, 'nothingToResume'],
  [DamagedFileError, 'damaged'],
  [UnusableArtifactError, 'artifact'],
]
