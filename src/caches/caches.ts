// Caches that are bounded by their memory, however large the entries are that clients make the service keep.
import { LRUCache } from 'lru-cache'

export interface CacheUse {
  readonly name: string
  readonly bytes: number
  readonly maxBytes: number
}

export interface CacheOptions<V> {
  /** As in the metrics. */
  readonly name: string
  readonly maxBytes: number
  /** An estimate of the memory of an entry, with its key. */
  readonly bytesOf: (value: V, key: string) => number
}

/** The caches of a service: each evicts its least recently used entries. */
export class Caches {
  readonly #usage: (() => CacheUse)[] = []

  /** Opens a cache, which keeps no entry larger than `maxBytes`. */
  open<V extends NonNullable<unknown>>({ name, maxBytes, bytesOf }: CacheOptions<V>): LRUCache<string, V> {
    const sizeCalculation = (value: V, key: string) => Math.max(1, Math.ceil(bytesOf(value, key)))
    const cache = new LRUCache<string, V>({ maxSize: maxBytes, sizeCalculation })
    this.#usage.push(() => ({ name, maxBytes, bytes: cache.calculatedSize }))
    return cache
  }

  get maxBytes(): number {
    return this.usage().reduce((sum, { maxBytes }) => sum + maxBytes, 0)
  }

  usage(): CacheUse[] {
    return this.#usage.map((use) => use())
  }
}

/** The most memory that a string takes: two bytes per character and a header. */
export function bytesOfText(text: string): number {
  return 2 * text.length + 24
}
