import type { Logger } from 'pino'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { Champion, Registry } from '../registry/registry.ts'
import { formatVersionName, type VersionName } from '../registry/version-name.ts'
import type { FilterCaches } from './filters/filter-masks.ts'
import type { OpenInference } from './inference/inference.ts'
import { type ServedModel, serveModel } from './served-model.ts'

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

export interface LiveChampionsOptions {
  readonly registry: Pick<Registry, 'champions' | 'load'>
  readonly open: OpenInference
  readonly log: Logger
  /** Needed for filters; without it all items are available. */
  readonly catalog?: ItemCatalog
  /** By default each version has its own. */
  readonly filterCaches?: FilterCaches
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
 * loaded. A new champion is loaded while the previous one still serves, replaces it between two requests, and the
 * previous one is freed when its last request has ended. If a champion cannot be loaded, the previous one keeps serving,
 * and loading is retried after 30 seconds.
 */
export class LiveChampions {
  readonly #options: LiveChampionsOptions
  readonly #serving = new Map<string, ServedModel>()
  readonly #failures = new Map<string, Failure>()
  /** As last read from the registry; null before the first read. */
  #champions: readonly Champion[] | null = null
  #isRegistryAvailable = true
  #refreshing: Promise<void> | null = null
  #next: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #isClosed = false
  /** Ends with the last task of `useVersion` that waits for its version to be opened, or uses it. */
  #opened: Promise<unknown> = Promise.resolve()

  constructor(options: LiveChampionsOptions) {
    this.#options = options
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

  /**
   * Runs `task` with a version. A version that is not served is opened for the task; at most one at a time, since each
   * needs its own memory.
   *
   * @param signal a version is not opened for a task that is canceled while it waits
   * @throws errors of `Registry.load`, and the reason of the signal
   */
  async useVersion<T>(
    version: VersionName,
    task: (model: ServedModel) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const name = formatVersionName(version)
    const serving = [...this.#serving.values()].find(({ manifest }) => formatVersionName(manifest) === name)
    if (serving) return serving.use(task)
    const { registry, open, catalog, filterCaches } = this.#options
    const turn = this.#opened.then(async () => {
      signal?.throwIfAborted()
      const opened = await serveModel(await registry.load(version), open, catalog, filterCaches)
      return opened.use(task).finally(() => opened.retire())
    })
    this.#opened = turn.catch(() => {})
    return turn
  }

  /**
   * Every champion of the registry.
   *
   * @throws ModelUnavailableError
   */
  list(): LiveChampion[] {
    return this.#requireChampions().map((champion) => ({
      champion,
      serving: this.#serving.get(champion.model) ?? null,
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
    await (this.#next ?? this.#refreshing)?.catch(() => {})
    for (const name of this.#serving.keys()) this.#retire(name)
  }

  async #refresh(): Promise<void> {
    const champions = await this.#options.registry.champions()
    const pinned = this.#options.pinned?.() ?? []
    const versions = new Map<string, VersionName>()
    for (const champion of champions.toSorted(defaultFirst)) versions.set(champion.model, champion)
    for (const version of pinned) versions.set(formatVersionName(version), version)
    // At the start no other list is in use; later the default changes only once its new model is loaded.
    this.#champions ??= champions
    await this.#serveAll(versions)
    for (const name of this.#serving.keys()) if (!versions.has(name)) this.#retire(name)
    this.#champions = champions
  }

  /** Loads some at the same time; all at once would need the memory of all files. */
  async #serveAll(versions: ReadonlyMap<string, VersionName>): Promise<void> {
    const remaining = versions.entries()
    const serveRemaining = async () => {
      for (const [name, version] of remaining) await this.#serve(name, version)
    }
    await Promise.all(Array.from({ length: maxLoading }, serveRemaining))
  }

  /** Serves a version under `name`, unless it is served already. */
  async #serve(name: string, { model, version }: VersionName): Promise<void> {
    const serving = this.#serving.get(name)
    if (this.#isClosed || (serving?.manifest.version === version && !serving.inference.isLost)) return
    const failure = this.#failures.get(name)
    if (failure?.version === version && Date.now() < failure.retryAt) return
    const { registry, open, catalog, filterCaches, log } = this.#options
    const role = name === model ? 'champion' : 'pinned version'
    try {
      const loaded = await registry.load({ model, version })
      const served = await serveModel(loaded, open, catalog, filterCaches)
      this.#retire(name)
      this.#serving.set(name, served)
      this.#failures.delete(name)
      log.info({ model, version }, `${role} loaded`)
    } catch (err) {
      this.#failures.set(name, { version, error: err as Error, retryAt: Date.now() + retryAfterMs })
      log.error({ err, model, version }, `${role} cannot be loaded`)
    }
  }

  /** Logs when the registry becomes unavailable and when it is available again, not every attempt. */
  #logAvailability(isAvailable: boolean, err?: unknown): void {
    if (isAvailable === this.#isRegistryAvailable) return
    this.#isRegistryAvailable = isAvailable
    if (isAvailable) this.#options.log.info('registry available again')
    else this.#options.log.warn({ err }, 'registry unavailable; champions unchanged')
  }

  #retire(name: string): void {
    this.#serving.get(name)?.retire()
    this.#serving.delete(name)
  }

  #find(name: string | undefined): ServedModel {
    const champions = this.#requireChampions()
    if (champions.length === 0)
      throw new NoChampionError('No model has been trained yet: run `npm run train -- --model all`')
    const champion = champions.find(({ model, isDefault }) => (name ? model === name : isDefault))
    if (champion === undefined) {
      const pinned = name === undefined ? undefined : this.#serving.get(name)
      if (pinned === undefined) throw this.#unknownModel(name)
      return pinned
    }
    const serving = this.#serving.get(champion.model)
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
    if (this.#serving.has(model)) return 'loaded'
    return this.#failures.has(model) ? 'failed' : 'loading'
  }

  #unavailable(champion: Champion): ModelUnavailableError {
    if (this.#statusOf(champion) === 'loading')
      return new ModelUnavailableError(`${formatVersionName(champion)} is being loaded; retry in a second`)
    const cause = this.#failures.get(champion.model)?.error
    return new ModelUnavailableError(
      `The weights of ${formatVersionName(champion)} could not be loaded; see the log for the reason`,
      { cause },
    )
  }
}

const retryAfterMs = 30_000
const maxLoading = 3

function defaultFirst(a: Champion, b: Champion): number {
  return Number(b.isDefault) - Number(a.isDefault)
}

interface Failure {
  readonly version: number
  readonly error: Error
  readonly retryAt: number
}
