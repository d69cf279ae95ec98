// A search: what is searched, and what its trials have shown.
import type { Protocol, Rule } from '../splits/protocol.ts'
import type { Validation } from '../training/validate.ts'
import type { Strategy } from './suggest.ts'

/** All that decides on what a trial shows, and which trials come. */
export interface StudySettings {
  readonly model: string
  /** Hyperparameters that are not searched. */
  readonly fixed: Readonly<Record<string, unknown>>
  readonly strategy: Strategy
  readonly protocol: Protocol
  readonly rule: Rule
  /** Of the split, of the training and of the search. */
  readonly seed: number
  readonly positiveThreshold: number
  readonly dataFingerprint: string
  /** The epochs after which trials are compared; [0] for a model computed at once. */
  readonly rungs: readonly number[]
}

/** What a trial showed at a rung. */
export interface RungResult {
  /** Epochs trained up to here; 0 for a model computed at once. */
  readonly epochs: number
  readonly bestEpoch: number
  /** Of the best epoch. */
  readonly validation: Validation
  /** Whether further epochs would change nothing, for training stopped early or all epochs are done. */
  readonly ended: boolean
  readonly seconds: number
}

export interface TrialRecord {
  /** Counts from zero. */
  readonly trial: number
  /** Those that are searched. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** The rung that it is to reach, or has reached, counted from zero. */
  readonly rung: number
  /** Lowest rung first. */
  readonly results: readonly RungResult[]
  /** Why it cannot go on; null where it can. */
  readonly error: string | null
}

export interface Studies {
  /** Gives the id of the study. */
  create(settings: StudySettings): Promise<string>
  /** The latest study of these settings. */
  find(settings: StudySettings): Promise<string | undefined>
  /** In their order. */
  trials(studyId: string): Promise<TrialRecord[]>
  start(studyId: string, trial: number, hyperparameters: TrialRecord['hyperparameters']): Promise<void>
  promote(studyId: string, trial: number, rung: number): Promise<void>
  /** Keeps the first result of a rung. */
  record(studyId: string, trial: number, rung: number, result: RungResult): Promise<void>
  fail(studyId: string, trial: number, error: string): Promise<void>
}

/** Whether it is being trained, or was when its process ended. */
export function isRunning({ results, rung, error }: TrialRecord): boolean {
  return error === null && results.length <= rung
}

/** The best epoch so far by the lowest loss; infinite where there is none. */
export function lossOf(result: RungResult | undefined): number {
  if (result === undefined) return Number.POSITIVE_INFINITY
  const { metric, value } = result.validation
  return metric === 'rmse' ? value : -value
}

/** The trial with the best result of all; undefined where none has one. */
export function bestTrial(trials: readonly TrialRecord[]): TrialRecord | undefined {
  const best = trials.toSorted(
    (a, b) => lossOf(a.results.at(-1)) - lossOf(b.results.at(-1)) || a.trial - b.trial,
  )[0]
  return best?.results.length ? best : undefined
}
