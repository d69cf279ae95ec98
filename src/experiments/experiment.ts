import type { Definition } from './definition.ts'

/** An experiment and where it stands. */
export interface Experiment {
  /** With the weights of now. */
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
  /** @throws ExperimentConflictError when the name is taken. */
  create(definition: Definition): Promise<Experiment>
  /** @throws UnknownExperimentError */
  find(name: string): Promise<Experiment>
  /** Newest first. */
  list(): Promise<Experiment[]>
  /** In the order in which they were started: of several that claim a user, the first one decides. */
  running(): Promise<Experiment[]>
  /**
   * @throws UnknownExperimentError
   * @throws ExperimentConflictError when it is no draft, or a running one of its layer claims the same users.
   */
  start(name: string): Promise<Experiment>
  /**
   * Ends an experiment that runs; its log stays.
   *
   * @throws UnknownExperimentError
   * @throws ExperimentConflictError when it does not run.
   */
  stop(name: string): Promise<Experiment>
  /**
   * Changes the traffic split from now on; users move only towards variants that gain.
   *
   * @throws UnknownExperimentError
   * @throws ExperimentConflictError when it is stopped, or the variants are not all named with a positive weight.
   */
  reweigh(name: string, weights: Readonly<Record<string, number>>): Promise<Experiment>
}

export class UnknownExperimentError extends Error {
  override readonly name = 'UnknownExperimentError'
}

/** What is asked does not go together with what is there. */
export class ExperimentConflictError extends Error {
  override readonly name = 'ExperimentConflictError'
}
