import type { Logger } from 'pino'
import { formatVersionName, type VersionName } from '../registry/version-name.ts'
import { type Assigner, createAssigner } from './assignment.ts'
import type { Definition, ServingParameters } from './definition.ts'
import type { Experiment, Experiments } from './experiment.ts'
import { interleavedVariant } from './exposure.ts'

/** The assignment of a user by an experiment. */
export interface Assigned {
  readonly experiment: string
  readonly variant: string
  readonly forced: boolean
  /** The model to serve; two models for an interleaved list. */
  readonly serving: readonly [Serving] | readonly [control: Serving, treatment: Serving]
}

/** The model and options of a variant. */
export interface Serving {
  /** The name of a model (its champion is served) or of a version. */
  readonly model: string
  readonly parameters: ServingParameters
}

interface Running {
  readonly experiment: Experiment
  readonly assign: Assigner
}

/** A cache of the running experiments, refreshed periodically. */
export class LiveExperiments {
  readonly #experiments: Pick<Experiments, 'running'>
  readonly #log: Logger
  #running: readonly Running[] = []
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(experiments: Pick<Experiments, 'running'>, log: Logger) {
    this.#experiments = experiments
    this.#log = log
  }

  /** Refreshes now, and then again `milliseconds` after each refresh until closed. Failures are only logged. */
  async follow(milliseconds: number): Promise<void> {
    await this.refresh().catch((err) => this.#log.debug({ err }, 'experiments could not be refreshed'))
    if (!this.#closed) this.#timer = setTimeout(() => void this.follow(milliseconds), milliseconds)
  }

  /** Reads the running experiments. */
  async refresh(): Promise<void> {
    const running = await this.#experiments.running()
    this.#running = running.map((experiment) => ({
      experiment,
      assign: createAssigner(experiment.definition),
    }))
  }

  /** The versions pinned by running experiments. */
  pinnedVersions(): VersionName[] {
    return this.#running.flatMap(({ experiment }) =>
      experiment.definition.variants.flatMap(({ model, version }) =>
        version === undefined ? [] : [{ model, version }],
      ),
    )
  }

  /**
   * The assignment by the first experiment that claims the user; undefined if there is none.
   *
   * @param surface where the list will be shown; undefined if the request does not say
   */
  assign(userId: string, historySize: number, surface?: string): Assigned | undefined {
    for (const { experiment, assign } of this.#running) {
      if (experiment.definition.surface !== surface) continue
      const assignment = assign(userId, historySize)
      if (assignment !== undefined) return assigned(experiment, assignment)
    }
    return undefined
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}

function assigned(
  { definition: { name, mode, variants } }: Experiment,
  { variant, forced }: { variant: string; forced: boolean },
): Assigned {
  if (mode === 'interleaving' && !forced)
    return {
      experiment: name,
      variant: interleavedVariant,
      forced,
      serving: [servingOf(variants[0]!), servingOf(variants[1]!)],
    }
  const served = servingOf(variants.find((candidate) => candidate.name === variant)!)
  return { experiment: name, variant, forced, serving: [served] }
}

function servingOf({ model, version, parameters }: Definition['variants'][number]): Serving {
  return { model: version === undefined ? model : formatVersionName({ model, version }), parameters }
}
