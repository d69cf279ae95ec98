import type { Logger } from 'pino'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { Registry } from '../registry/registry.ts'
import { formatVersionName, type VersionName } from '../registry/version-name.ts'
import type { FilterCaches } from './filters/filter-masks.ts'
import { type CancelSignal, type OpenInference, throwIfCanceled } from './inference/inference.ts'
import { type ServedModel, serveModel } from './served-model.ts'

export interface ServedVersionsOptions {
  readonly registry: Pick<Registry, 'load'>
  readonly open: OpenInference
  readonly log: Logger
  /** Needed for filters; without it all items are available. */
  readonly catalog?: ItemCatalog
  /** By default each version has its own. */
  readonly filterCaches?: FilterCaches
}

/**
 * Open versions, each under a name. A version is loaded while the previous one of its name still serves, replaces it
 * between two requests, and the previous one is freed when its last request has ended. If a version cannot be loaded, the
 * previous one keeps serving, and loading is retried after 30 seconds.
 */
export class ServedVersions {
  readonly #options: ServedVersionsOptions
  readonly #serving = new Map<string, ServedModel>()
  readonly #failures = new Map<string, Failure>()
  /** Ends with the last task of `useOnce` that waits for its version to be opened, or uses it. */
  #opened: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: ServedVersionsOptions) {
    this.#options = options
  }

  /** The version that serves under a name. */
  get(name: string): ServedModel | undefined {
    return this.#serving.get(name)
  }

  /** Why the last version of a name could not be loaded; undefined if it was, or is being loaded for the first time. */
  failureOf(name: string): Error | undefined {
    return this.#failures.get(name)?.error
  }

  /** Loads the versions that do not serve yet under their names, and retires those of other names. */
  async serve(versions: ReadonlyMap<string, VersionName>): Promise<void> {
    const remaining = versions.entries()
    const serveRemaining = async () => {
      for (const [name, version] of remaining) await this.#serve(name, version)
    }
    // all at once would need the memory of all files
    await Promise.all(Array.from({ length: maxLoading }, serveRemaining))
    for (const name of this.#serving.keys()) if (!versions.has(name)) this.#retire(name)
  }

  /**
   * Runs `task` with a version. A version that does not serve is opened for the task; at most one at a time, since each
   * needs its own memory.
   *
   * @param signal a version is not opened for a task that is canceled while it waits
   * @throws errors of `Registry.load`, and AbortError
   */
  async useOnce<T>(
    version: VersionName,
    task: (model: ServedModel) => Promise<T>,
    signal?: CancelSignal,
  ): Promise<T> {
    const name = formatVersionName(version)
    const serving = [...this.#serving.values()].find(({ manifest }) => formatVersionName(manifest) === name)
    if (serving) return serving.use(task)
    const turn = this.#opened.then(async () => {
      throwIfCanceled(signal)
      const opened = await this.#open(version)
      return opened.use(task).finally(() => opened.retire())
    })
    this.#opened = turn.catch(() => {})
    return turn
  }

  /** Loads no further version, and frees each one once its requests have ended. */
  close(): void {
    this.#isClosed = true
    for (const name of this.#serving.keys()) this.#retire(name)
  }

  async #serve(name: string, { model, version }: VersionName): Promise<void> {
    const serving = this.#serving.get(name)
    if (this.#isClosed || (serving?.manifest.version === version && !serving.inference.isLost)) return
    const failure = this.#failures.get(name)
    if (failure?.version === version && Date.now() < failure.retryAt) return
    const { log } = this.#options
    const role = name === model ? 'champion' : 'pinned version'
    try {
      const opened = await this.#open({ model, version })
      if (this.#isClosed) return opened.retire()
      this.#retire(name)
      this.#serving.set(name, opened)
      this.#failures.delete(name)
      log.info({ model, version }, `${role} loaded`)
    } catch (err) {
      this.#failures.set(name, { version, error: err as Error, retryAt: Date.now() + retryAfterMs })
      log.error({ err, model, version }, `${role} cannot be loaded`)
    }
  }

  async #open(version: VersionName): Promise<ServedModel> {
    const { registry, open, catalog, filterCaches } = this.#options
    return serveModel(await registry.load(version), open, catalog, filterCaches)
  }

  #retire(name: string): void {
    this.#serving.get(name)?.retire()
    this.#serving.delete(name)
  }
}

const retryAfterMs = 30_000
const maxLoading = 3

interface Failure {
  readonly version: number
  readonly error: Error
  readonly retryAt: number
}
