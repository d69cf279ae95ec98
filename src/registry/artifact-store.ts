// Where the bytes of published models lie.

/** Bytes under keys; what is stored under a key never changes. */
export interface ArtifactStore {
  /**
   * Stores the pieces, joined, under `key`: all of them or, after an error or a crash, nothing.
   *
   * @throws RangeError when they are more than can be got back
   */
  put(key: string, pieces: readonly Uint8Array[]): Promise<void>
  /** @throws ArtifactMissingError when nothing is stored under `key`. */
  get(key: string): Promise<Uint8Array<ArrayBuffer>>
  /** Deletes what is stored under `key`, where there is something. */
  remove(key: string): Promise<void>
  /** What is stored, with the time at which it was; also the remains of puts that broke off. */
  list(): Promise<readonly { readonly key: string; readonly storedAt: Date }[]>
}

/** Nothing is stored under the key. */
export class ArtifactMissingError extends Error {
  override readonly name = 'ArtifactMissingError'
}
