// The store of published models, and of what unfinished runs and searches share.

/** Bytes by key. Keys consist of folders and a name, such as `artifacts/mult-vae/1f0a.safetensors`. */
export interface ArtifactStore {
  /** Stores the concatenated pieces under `key`: all of them or, after an error or a crash, nothing. */
  put(key: string, pieces: readonly Uint8Array[]): Promise<void>
  /** @throws ArtifactMissingError if nothing is stored under `key` */
  get(key: string): Promise<StoredBytes>
  /** Deletes the bytes of `key`, if there are any. */
  remove(key: string): Promise<void>
  /** The keys in a folder and its subfolders, by default all, including the remains of interrupted puts. */
  list(folder?: string): Promise<readonly StoredKey[]>
  /** Deletes all keys in a folder. */
  removeFolder(folder: string): Promise<void>
  /** Where the bytes of `key` are, for messages: a path or a URL. */
  locationOf(key: string): string
}

/** A folder of a store as a store of its own. */
export function storeWithin(store: ArtifactStore, folder: string): ArtifactStore {
  const path = (key: string) => `${folder}/${key}`
  return {
    put: (key, pieces) => store.put(path(key), pieces),
    get: (key) => store.get(path(key)),
    remove: (key) => store.remove(path(key)),
    removeFolder: (name) => store.removeFolder(path(name)),
    locationOf: (key) => store.locationOf(path(key)),
    async list(name) {
      const stored = await store.list(name ? path(name) : folder)
      return stored.map(({ key, ...rest }) => ({ key: key.slice(folder.length + 1), ...rest }))
    },
  }
}

/** The bytes of one put, also if the key is overwritten meanwhile. */
export interface StoredBytes {
  readonly size: number
  /** Consecutive; must be iterated, which releases the file or the connection. */
  readonly chunks: AsyncIterable<Uint8Array>
}

export interface StoredKey {
  readonly key: string
  /** Another one after each put. */
  readonly version: string
  readonly storedAt: Date
}

/** Nothing is stored under a key. */
export class ArtifactMissingError extends Error {
  override readonly name = 'ArtifactMissingError'
}

/** The store cannot be reached, or refuses the request. */
export class ArtifactStoreError extends Error {
  override readonly name = 'ArtifactStoreError'
}
