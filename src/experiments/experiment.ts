import type { Definition } from './definition.ts'

/** An experiment with its status. */
export interface Experiment {
  /** With the current weights. */
  readonly definition: Definition
  readonly status: 'draft' | 'running' | 'stopped'
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly stoppedAt: Date | null
  /** The traffic split since the start, oldest first. */
  readonly weights: readonly WeightsSince[]
}

export interface WeightsSince {
  readonly since: Date
  /** By variant. */
  readonly weights: Readonly<Record<string, number>>
}

export interface Experiments {
  /** @throws ExperimentConflictError if the name is taken. */
  create(definition: Definition): Promise<Experiment>
  /** @throws UnknownExperimentError */
  find(name: string): Promise<Experiment>
  /** Newest first. */
  list(): Promise<Experiment[]>
  /** In the order of their start: the first experiment that claims a user is used. */
  running(): Promise<Experiment[]>
  /**
   * @throws UnknownExperimentError
   * @throws ExperimentConflictError if it is not a draft, or if a running experiment could claim the same users of its
   *   layer or the same lists of its surface.
   */
  start(name: string): Promise<Experiment>
  /**
   * Stops a running experiment; its log is kept.
   *
   * @throws UnknownExperimentError
   * @throws ExperimentConflictError if it is not running.
   */
  stop(name: string): Promise<Experiment>
  /**
   * Changes the traffic split from now on; users move only to variants whose weight grows.
   *
   * @throws UnknownExperimentError
   * @throws ExperimentConflictError if it is stopped, or unless every variant has a positive weight.
   */
  reweigh(name: string, weights: Readonly<Record<string, number>>): Promise<Experiment>
}

export class UnknownExperimentError extends Error {
  override readonly name = 'UnknownExperimentError'
}

/** The request conflicts with the state of the experiments. */
export class ExperimentConflictError extends Error {
  override readonly name = 'ExperimentConflictError'
}
