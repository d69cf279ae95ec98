// A hyperparameter search: its settings and the results of its trials.
import type { Protocol, Rule } from '../splits/protocol.ts'
import type { Validation } from '../training/validate.ts'
import type { Strategy } from './suggest.ts'

/** Everything that determines the trials and their results. */
export interface StudySettings {
  readonly model: string
  /** Hyperparameters that the search does not vary. */
  readonly fixed: Readonly<Record<string, unknown>>
  /**
   * The hyperparameters of the first trial, which is trained for all epochs whatever its results; the search varies no
   * others. Without it the search varies all that have a range.
   */
  readonly first?: Readonly<Record<string, unknown>>
  readonly strategy: Strategy
  /** Seed of the split, the training and the search. */
  readonly seed: number
  readonly positiveThreshold: number
  readonly dataFingerprint: string
  /** The variant of a retraining run that it searches for, as `<run> <variant>`: the run resumes it. */
  readonly variant?: string
  /** The epochs after which trials are compared; [0] for a model without epochs. */
  readonly rungs: readonly number[]
}

/** The settings of a study on the validation part of a protocol. */
export interface ProtocolStudySettings extends StudySettings {
  readonly protocol: Protocol
  readonly rule: Rule
}

/** The result of a trial at a rung. */
export interface RungResult {
  /** Epochs trained so far; 0 for a model without epochs. */
  readonly epochs: number
  readonly bestEpoch: number
  /** Validation of the best epoch. */
  readonly validation: Validation
  /** Whether training stopped early or all epochs are done. */
  readonly ended: boolean
  readonly seconds: number
}

export interface TrialRecord {
  /** Counted from 0. */
  readonly trial: number
  /** Those that the search varies. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** The target rung, or the last one reached, counted from 0. */
  readonly rung: number
  /** Lowest rung first. */
  readonly results: readonly RungResult[]
  /** The reason if the trial failed, else null. */
  readonly error: string | null
}

export interface Studies {
  /** Returns the id of the study. */
  create(settings: StudySettings): Promise<string>
  /** The latest study with these settings. */
  find(settings: StudySettings): Promise<string | undefined>
  /** Ordered by number. */
  trials(studyId: string): Promise<TrialRecord[]>
  start(studyId: string, trial: number, hyperparameters: TrialRecord['hyperparameters']): Promise<void>
  promote(studyId: string, trial: number, rung: number): Promise<void>
  /** Stores the result of a rung unless there is one already. */
  record(studyId: string, trial: number, rung: number, result: RungResult): Promise<void>
  fail(studyId: string, trial: number, error: string): Promise<void>
  /** Records the choice of a study that has ended; later trainings of its model use it. */
  choose(studyId: string, hyperparameters: Choice['hyperparameters']): Promise<void>
  /** Undefined if the study has not ended. */
  choice(studyId: string): Promise<Choice | undefined>
  /** The latest choice of any study of this model. */
  latestChoice(model: string): Promise<Choice | undefined>
}

/** The hyperparameters that a study has chosen: those that differ from the defaults. */
export interface Choice {
  readonly studyId: string
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly chosenAt: Date
}

/** Whether the trial is being trained, or was when its process ended. */
export function isRunning({ results, rung, error }: TrialRecord): boolean {
  return error === null && results.length <= rung
}

/** The loss of the best epoch, the lower the better; infinite without a result. */
export function lossOf(result: RungResult | undefined): number {
  if (result === undefined) return Number.POSITIVE_INFINITY
  const { metric, value } = result.validation
  return metric === 'rmse' ? value : -value
}

/** The trial with the best result; undefined if no trial has one. */
export function bestTrial(trials: readonly TrialRecord[]): TrialRecord | undefined {
  const best = trials.toSorted(
    (a, b) => lossOf(a.results.at(-1)) - lossOf(b.results.at(-1)) || a.trial - b.trial,
  )[0]
  return best?.results.length ? best : undefined
}
