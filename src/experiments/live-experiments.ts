import type { Logger } from 'pino'
import { formatVersionName, type VersionName } from '../registry/version-name.ts'
import { type Assigner, createAssigner } from './assignment.ts'
import type { Definition, ServingParameters } from './definition.ts'
import type { Experiment, Experiments } from './experiment.ts'
import { interleavedVariant } from './exposure.ts'

/** What an experiment gives a user. */
export interface Assigned {
  readonly experiment: string
  readonly variant: string
  readonly forced: boolean
  /** What answers; two whose lists are drafted into one. */
  readonly serving: readonly [Serving] | readonly [control: Serving, treatment: Serving]
}

/** What a variant is served by. */
export interface Serving {
  /** The name of a model, for its champion, or of a version. */
  readonly model: string
  readonly parameters: ServingParameters
}

interface Running {
  readonly experiment: Experiment
  readonly assign: Assigner
}

/** The running experiments as this process knows them, followed like champions: read again and again, kept meanwhile. */
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
    await this.refresh().catch((err) => this.#log.debug({ err }, 'experiments stay as they are'))
    if (!this.#closed) this.#timer = setTimeout(() => void this.follow(milliseconds), milliseconds)
  }

  /** Reads which experiments run. */
  async refresh(): Promise<void> {
    const running = await this.#experiments.running()
    this.#running = running.map((experiment) => ({
      experiment,
      assign: createAssigner(experiment.definition),
    }))
  }

  /** The versions that answer in an experiment, whoever is champion. */
  pinnedVersions(): VersionName[] {
    return this.#running.flatMap(({ experiment }) =>
      experiment.definition.variants.flatMap(({ model, version }) =>
        version === undefined ? [] : [{ model, version }],
      ),
    )
  }

  /** What the user gets, by the first experiment that claims the user; undefined without any. */
  assign(userId: string, historySize: number): Assigned | undefined {
    for (const { experiment, assign } of this.#running) {
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
