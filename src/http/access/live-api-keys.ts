import type { Logger } from 'pino'
import { type ApiKey, type ApiKeys, hashSecret } from './api-keys.ts'

/**
 * The keys that open something, as this process knows them: all in memory, so that no request waits for a query, and
 * read again every so often, so that one that is revoked or made counts soon after at every replica. While the
 * database is away they stay as they were.
 */
export class LiveApiKeys {
  readonly #keys: Pick<ApiKeys, 'valid'>
  readonly #log: Logger
  #valid: ReadonlyMap<string, ApiKey> = new Map()
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(keys: Pick<ApiKeys, 'valid'>, log: Logger) {
    this.#keys = keys
    this.#log = log
  }

  /** How many open something. */
  get count(): number {
    return this.#valid.size
  }

  /** Refreshes again and again, `milliseconds` after each time, until closed. Failures are only logged. */
  follow(milliseconds: number): void {
    if (this.#closed) return
    this.#timer = setTimeout(async () => {
      await this.refresh().catch((err) => this.#log.debug({ err }, 'API keys stay as they are'))
      this.follow(milliseconds)
    }, milliseconds)
  }

  /** Reads which keys there are. */
  async refresh(): Promise<void> {
    this.#valid = await this.#keys.valid()
  }

  /** The key of this secret; undefined where there is none, or none any more. */
  find(secret: string): ApiKey | undefined {
    const key = this.#valid.get(hashSecret(secret))
    if (key?.expiresAt && key.expiresAt.getTime() <= Date.now()) return undefined
    return key
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}
