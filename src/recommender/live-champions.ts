// The models that answer right now.
import type { Logger } from 'pino'
import type { Champion, Registry } from '../registry/registry.ts'
import { formatVersionName, type VersionName } from '../registry/version-name.ts'
import { ModelUnavailableError, NoChampionError, UnknownModelError } from './champion-errors.ts'
import type { OpenInference } from './inference.ts'
import { LeasedModel } from './leased-model.ts'
import { askedUnless, type ServedModel, serveModel } from './served-model.ts'

export interface LiveChampionsOptions {
  readonly registry: Pick<Registry, 'champions' | 'load'>
  readonly open: OpenInference
  readonly log: Logger
  /** Versions to be held ready beside the champions, as things stand when it is asked. */
  readonly pinned?: () => readonly VersionName[]
}

/**
 * Holds every champion of the registry ready and follows its changes: a new champion is loaded beside the old one,
 * takes its place between two requests, and the old one is freed when the last request that uses it has ended. A
 * champion that cannot be loaded leaves the old one in its place, and is tried again after half a minute.
 */
export class LiveChampions {
  readonly #options: LiveChampionsOptions
  readonly #serving = new Map<string, LeasedModel>()
  readonly #failures = new Map<string, Failure>()
  /** As last read from the registry; null before. */
  #champions: readonly Champion[] | null = null
  #registryAnswers = true
  #refreshing: Promise<void> | null = null
  #next: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(options: LiveChampionsOptions) {
    this.#options = options
  }

  /** Refreshes now, and then again `milliseconds` after each refresh until closed. Failures are only logged. */
  async follow(milliseconds: number): Promise<void> {
    await this.refresh().then(
      () => this.#noteRegistry(true),
      (err) => this.#noteRegistry(false, err),
    )
    if (!this.#closed) this.#timer = setTimeout(() => void this.follow(milliseconds), milliseconds)
  }

  /**
   * Makes what answers agree with the registry as it stands now.
   *
   * @throws whatever keeps the registry from naming its champions; one that cannot be loaded is only logged
   */
  refresh(): Promise<void> {
    // One that is under way may have read the registry already; whoever asks meanwhile shares the one after it.
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
   * Lets `task` ask the champion of the name `model`, the pinned version of that name, or the default champion. It
   * sees one version from beginning to end, whatever is promoted meanwhile, and must not keep it. What it asks is given
   * up where it `isAbandoned` before its turn comes.
   *
   * @throws NoChampionError
   * @throws UnknownModelError
   * @throws ModelUnavailableError
   */
  async use<T>(
    model: string | undefined,
    task: (model: ServedModel) => Promise<T>,
    isAbandoned?: () => boolean,
  ): Promise<T> {
    return this.#find(model).use((served) => task(isAbandoned ? askedUnless(isAbandoned, served) : served))
  }

  /**
   * Every champion, with the version that really answers for it, or null where none could be loaded.
   *
   * @throws ModelUnavailableError
   */
  list(): { champion: Champion; serving: ServedModel | null }[] {
    return this.#known().map((champion) => ({
      champion,
      serving: this.#serving.get(champion.model)?.model ?? null,
    }))
  }

  /** Stops following and frees every model once the requests that use it have ended. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await (this.#next ?? this.#refreshing)?.catch(() => {})
    for (const model of this.#serving.keys()) this.#retire(model)
  }

  async #refresh(): Promise<void> {
    const champions = await this.#options.registry.champions()
    const pinned = this.#options.pinned?.() ?? []
    for (const champion of champions) await this.#follow(champion.model, champion)
    for (const version of pinned) await this.#follow(formatVersionName(version), version)
    const names = new Set([...champions.map(({ model }) => model), ...pinned.map(formatVersionName)])
    for (const model of this.#serving.keys()) if (!names.has(model)) this.#retire(model)
    this.#champions = champions
  }

  /** @param name under which it answers */
  async #follow(name: string, { model, version }: VersionName): Promise<void> {
    const serving = this.#serving.get(name)?.model
    if (this.#closed || (serving?.manifest.version === version && !serving.inference.isLost)) return
    const failure = this.#failures.get(name)
    if (failure?.version === version && Date.now() < failure.retryAt) return
    try {
      const { registry, open, log } = this.#options
      const served = await serveModel(await registry.load({ model, version }), open)
      this.#retire(name)
      this.#serving.set(name, new LeasedModel(served))
      this.#failures.delete(name)
      log.info({ model, version }, `${name === model ? 'champion' : 'pinned version'} loaded`)
    } catch (err) {
      this.#failures.set(name, { version, error: err as Error, retryAt: Date.now() + 30_000 })
      this.#options.log.error(
        { err, model, version },
        `${name === model ? 'champion' : 'pinned version'} cannot be loaded`,
      )
    }
  }

  /** Logs when the registry goes away and when it is back, not every attempt between. */
  #noteRegistry(answers: boolean, err?: unknown): void {
    if (answers === this.#registryAnswers) return
    this.#registryAnswers = answers
    if (answers) this.#options.log.info('the registry answers again')
    else this.#options.log.warn({ err }, 'the registry does not answer; the champions stay as they are')
  }

  #retire(model: string): void {
    this.#serving.get(model)?.retire()
    this.#serving.delete(model)
  }

  #find(asked: string | undefined): LeasedModel {
    const champions = this.#known()
    if (champions.length === 0)
      throw new NoChampionError('No model has been trained yet: run `npm run train -- --model all`')
    const champion = champions.find(({ model, isDefault }) => (asked ? model === asked : isDefault))
    if (champion === undefined) {
      const pinned = asked === undefined ? undefined : this.#serving.get(asked)
      if (pinned === undefined) throw this.#unknown(asked)
      return pinned
    }
    const serving = this.#serving.get(champion.model)
    if (serving === undefined) throw this.#unavailable(champion)
    return serving
  }

  #known(): readonly Champion[] {
    if (this.#champions === null)
      throw new ModelUnavailableError('The champions have not been read from the database yet; ask again')
    return this.#champions
  }

  #unknown(asked: string | undefined): Error {
    const names = this.#known()
      .map(({ model }) => model)
      .join(', ')
    return new UnknownModelError(
      asked === undefined
        ? `No model is the default one: name one of ${names}`
        : `No model "${asked}" answers here; there are ${names}`,
    )
  }

  #unavailable(champion: Champion): Error {
    const cause = this.#failures.get(champion.model)?.error
    return new ModelUnavailableError(
      `${formatVersionName(champion)} cannot answer, for its weights could not be loaded; the log says why`,
      { cause },
    )
  }
}

interface Failure {
  readonly version: number
  readonly error: Error
  readonly retryAt: number
}
