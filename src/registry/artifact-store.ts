// The store of the bytes of published models.

/** Bytes by key; the bytes of a key never change. */
export interface ArtifactStore {
  /**
   * Stores the concatenated pieces under `key`: all of them or, after an error or a crash, nothing.
   *
   * @throws RangeError if they are larger than `get` can read
   */
  put(key: string, pieces: readonly Uint8Array[]): Promise<void>
  /** @throws ArtifactMissingError if nothing is stored under `key` */
  get(key: string): Promise<Uint8Array<ArrayBuffer>>
  /** Deletes the bytes of `key`, if there are any. */
  remove(key: string): Promise<void>
  /** All keys with the time of storage, including the remains of interrupted puts. */
  list(): Promise<readonly { readonly key: string; readonly storedAt: Date }[]>
}

/** Nothing is stored under a key. */
export class ArtifactMissingError extends Error {
  override readonly name = 'ArtifactMissingError'
}
