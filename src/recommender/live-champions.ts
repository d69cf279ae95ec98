import type { Champion, Registry } from '../registry/registry.ts'
import { formatVersionName, type VersionName } from '../registry/version-name.ts'
import type { CancelSignal } from './inference/inference.ts'
import type { ServedModel } from './served-model.ts'
import { ServedVersions, type ServedVersionsOptions } from './served-versions.ts'

/** There is no champion yet. */
export class NoChampionError extends Error {
  override readonly name = 'NoChampionError'
}

/** No champion has the requested name. */
export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError'
}

/** The requested champion is not loaded. */
export class ModelUnavailableError extends Error {
  override readonly name = 'ModelUnavailableError'
}

export interface LiveChampionsOptions extends ServedVersionsOptions {
  readonly registry: Pick<Registry, 'champions' | 'load'>
  /** Versions to serve besides the champions; read at every refresh. */
  readonly pinned?: () => readonly VersionName[]
}

/** A champion and how far it is loaded. */
export interface LiveChampion {
  readonly champion: Champion
  /** The version that serves its requests: while the champion cannot be loaded, an older version or null. */
  readonly serving: ServedModel | null
  /** `loaded` when there is a version that serves. */
  readonly status: 'loaded' | 'loading' | 'failed'
}

/**
 * Serves every champion of the registry and follows its changes. At the start each champion serves as soon as it is
 * loaded.
 */
export class LiveChampions {
  readonly #options: LiveChampionsOptions
  readonly #versions: ServedVersions
  /** As last read from the registry; null before the first read. */
  #champions: readonly Champion[] | null = null
  #isRegistryAvailable = true
  #refreshing: Promise<void> | null = null
  #next: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(options: LiveChampionsOptions) {
    this.#options = options
    this.#versions = new ServedVersions(options)
  }

  /** Refreshes now, and `intervalMs` after the end of each refresh, until closed. Failures are only logged. */
  async follow(intervalMs: number): Promise<void> {
    await this.refresh().then(
      () => this.#logAvailability(true),
      (err) => this.#logAvailability(false, err),
    )
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.follow(intervalMs), intervalMs)
  }

  /**
   * Loads the champions that the registry names now, and retires the others.
   *
   * @throws Error when the registry cannot be read; a champion that cannot be loaded is only logged
   */
  refresh(): Promise<void> {
    // A refresh in progress may have read the registry already; concurrent callers share the one after it.
    this.#next ??= (this.#refreshing ?? Promise.resolve()).catch(() => {}).then(() => this.#startRefresh())
    return this.#next
  }

  #startRefresh(): Promise<void> {
    this.#next = null
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  /**
   * Runs `task` with the champion named `name`, the pinned version of that name, or the default champion. The task uses
   * one version from start to end, even if another is promoted meanwhile, and must not keep it.
   *
   * @throws NoChampionError
   * @throws UnknownModelError
   * @throws ModelUnavailableError
   */
  async use<T>(name: string | undefined, task: (model: ServedModel) => Promise<T>): Promise<T> {
    return this.#find(name).use(task)
  }

  /** Runs `task` with a version, see `ServedVersions.useOnce`. */
  useVersion<T>(
    version: VersionName,
    task: (model: ServedModel) => Promise<T>,
    signal?: CancelSignal,
  ): Promise<T> {
    return this.#versions.useOnce(version, task, signal)
  }

  /**
   * Every champion of the registry.
   *
   * @throws ModelUnavailableError
   */
  list(): LiveChampion[] {
    return this.#requireChampions().map((champion) => ({
      champion,
      serving: this.#versions.get(champion.model) ?? null,
      status: this.#statusOf(champion),
    }))
  }

  /** The warning of the default champion; null if there is none. */
  get warning(): string | null {
    return this.#champions?.find(({ isDefault }) => isDefault)?.warning ?? null
  }

  /** Stops following, and frees each model once its requests have ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#versions.close()
    await (this.#next ?? this.#refreshing)?.catch(() => {})
  }

  async #refresh(): Promise<void> {
    const champions = await this.#options.registry.champions()
    const pinned = this.#options.pinned?.() ?? []
    const versions = new Map<string, VersionName>()
    for (const champion of champions.toSorted(defaultFirst)) versions.set(champion.model, champion)
    for (const version of pinned) versions.set(formatVersionName(version), version)
    // At the start no other list is in use; later the default changes only once its new model is loaded.
    this.#champions ??= champions
    await this.#versions.serve(versions)
    this.#champions = champions
  }

  /** Logs when the registry becomes unavailable and when it is available again, not every attempt. */
  #logAvailability(isAvailable: boolean, err?: unknown): void {
    if (isAvailable === this.#isRegistryAvailable) return
    this.#isRegistryAvailable = isAvailable
    if (isAvailable) this.#options.log.info('registry available again')
    else this.#options.log.warn({ err }, 'registry unavailable; champions unchanged')
  }

  #find(name: string | undefined): ServedModel {
    const champions = this.#requireChampions()
    if (champions.length === 0)
      throw new NoChampionError('No model has been trained yet: run `npm run train -- --model all`')
    const champion = champions.find(({ model, isDefault }) => (name ? model === name : isDefault))
    if (champion === undefined) {
      const pinned = name === undefined ? undefined : this.#versions.get(name)
      if (pinned === undefined) throw this.#unknownModel(name)
      return pinned
    }
    const serving = this.#versions.get(champion.model)
    if (serving === undefined) throw this.#unavailable(champion)
    return serving
  }

  #requireChampions(): readonly Champion[] {
    if (this.#champions === null)
      throw new ModelUnavailableError('The champions have not been read from the database yet; try again')
    return this.#champions
  }

  #unknownModel(name: string | undefined): UnknownModelError {
    const names = this.#requireChampions()
      .map(({ model }) => model)
      .join(', ')
    return new UnknownModelError(
      name === undefined
        ? `There is no default model: name one of ${names}`
        : `There is no model "${name}"; the models are ${names}`,
    )
  }

  #statusOf({ model }: Champion): LiveChampion['status'] {
    if (this.#versions.get(model)) return 'loaded'
    return this.#versions.failureOf(model) ? 'failed' : 'loading'
  }

  #unavailable(champion: Champion): ModelUnavailableError {
    if (this.#statusOf(champion) === 'loading')
      return new ModelUnavailableError(`${formatVersionName(champion)} is being loaded; retry in a second`)
    const cause = this.#versions.failureOf(champion.model)
    return new ModelUnavailableError(
      `The weights of ${formatVersionName(champion)} could not be loaded; see the log for the reason`,
      { cause },
    )
  }
}

function defaultFirst(a: Champion, b: Champion): number {
  return Number(b.isDefault) - Number(a.isDefault)
}
