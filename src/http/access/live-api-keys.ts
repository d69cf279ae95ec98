import type { Logger } from 'pino'
import { type ApiKey, type ApiKeys, hashSecret } from './api-keys.ts'

/**
 * The valid keys in memory, so that no request waits for a query. They are read again periodically, so that a change
 * reaches every replica soon. While the database is unavailable they stay unchanged.
 */
export class LiveApiKeys {
  readonly #keys: Pick<ApiKeys, 'valid'>
  readonly #log: Logger
  #valid: ReadonlyMap<string, ApiKey> = new Map()
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(keys: Pick<ApiKeys, 'valid'>, log: Logger) {
    this.#keys = keys
    this.#log = log
  }

  /** The number of valid keys. */
  get count(): number {
    return this.#valid.size
  }

  /** Refreshes `intervalMs` after each refresh until closed. Failures are only logged. */
  follow(intervalMs: number): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(async () => {
      await this.refresh().catch((err) => this.#log.debug({ err }, 'API keys cannot be read; unchanged'))
      this.follow(intervalMs)
    }, intervalMs)
  }

  /** Reads the valid keys. */
  async refresh(): Promise<void> {
    this.#valid = await this.#keys.valid()
  }

  /** The valid key with this secret. */
  find(secret: string): ApiKey | undefined {
    const key = this.#valid.get(hashSecret(secret))
    if (key?.expiresAt && key.expiresAt.getTime() <= Date.now()) return undefined
    return key
  }

  close(): void {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }
}
