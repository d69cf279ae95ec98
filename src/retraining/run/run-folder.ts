// The files of a run until it is finished: its ratings, and a checkpoint for each variant.
import { createIdMap } from '../../interactions/id-map.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { type ArtifactStore, ArtifactStoreError, storeWithin } from '../../registry/artifact-store.ts'
import { encodeSafetensors } from '../../registry/safetensors.ts'
import type { Safetensors } from '../../registry/safetensors-decoder.ts'
import { DamagedFileError, readSealed, writeSealed } from '../../registry/sealed-file.ts'
import { readCheckpoint, writeCheckpoint } from '../../training/checkpoint.ts'
import type { FitState } from '../../training/fitted-model.ts'
import { LostRunError, type Runs } from './runs.ts'

/**
 * Ratings change while a run trains, so the run keeps a copy of those it started with, for workers and for resuming.
 * Machines that share a run must share the store of this folder. A process that does not know that its run has ended, since it was
 * paused or lost its database, cannot bring the folder back: what it saves is removed at once.
 *
 * @throws LostRunError when something is saved for a run that has ended
 */
export interface RunFolder {
  /** The folder. */
  readonly store: ArtifactStore
  saveRatings(ratings: Interactions): Promise<void>
  /** @throws DamagedFileError if they are missing or damaged */
  loadRatings(): Promise<Interactions>
  /** Another one after each save; null if they are missing. */
  ratingsVersion(): Promise<string | null>
  saveCheckpoint(variant: string, state: FitState): Promise<void>
  /**
   * Undefined if the variant has not completed an epoch.
   *
   * @throws DamagedFileError
   */
  loadCheckpoint(variant: string): Promise<FitState | undefined>
  removeCheckpoint(variant: string): Promise<void>
  /** Removes the folder. */
  remove(): Promise<void>
}

/** @param store with all runs in its folder `retraining` */
export function openRunFolder(store: ArtifactStore, runId: string, runs: Pick<Runs, 'ended'>): RunFolder {
  const folder = storeWithin(store, folderOf(runId))
  const remove = () => store.removeFolder(folderOf(runId))
  const requireUnended = async () => {
    if ((await runs.ended([runId])).length === 0) return
    await remove()
    throw new LostRunError(`Run ${runId} has ended: another one was started`)
  }
  const checkpoint = (variant: string) => `${variant}.checkpoint`
  return {
    store: folder,
    async saveRatings(ratings) {
      await writeSealed(folder, 'ratings', encodeRatings(ratings))
      await requireUnended()
    },
    loadRatings: () => loadRatings(store, runId),
    async ratingsVersion() {
      return (await folder.list()).find(({ key }) => key === 'ratings')?.version ?? null
    },
    async saveCheckpoint(variant, state) {
      await writeCheckpoint(folder, checkpoint(variant), state)
      await requireUnended()
    },
    loadCheckpoint: (variant) => readCheckpoint(folder, checkpoint(variant)),
    removeCheckpoint: (variant) => folder.remove(checkpoint(variant)),
    remove,
  }
}

/** Removes the folders of ended runs whose processes were killed before they could. */
export async function removeEndedFolders(store: ArtifactStore, runs: Pick<Runs, 'ended'>): Promise<void> {
  const stored = await store.list('retraining')
  const runIds = new Set(stored.map(({ key }) => key.split('/')[1]!))
  for (const id of await runs.ended([...runIds])) await openRunFolder(store, id, runs).remove()
}

function folderOf(runId: string): string {
  return `retraining/${runId}`
}

async function loadRatings(store: ArtifactStore, runId: string): Promise<Interactions> {
  const key = `${folderOf(runId)}/ratings`
  const remedy = 'Start a new run: this one cannot be finished without its ratings'
  try {
    const file = await readSealed(store, key)
    if (file) return decodeRatings(file)
  } catch (cause) {
    if (cause instanceof ArtifactStoreError) throw cause
    throw new DamagedFileError(`The run's ratings cannot be read: ${(cause as Error).message}. ${remedy}`, {
      cause,
    })
  }
  throw new DamagedFileError(
    `The run's ratings are missing: there is no ${store.locationOf(key)}. Erasing one of its users deletes it. ${remedy}`,
  )
}

function encodeRatings({ matrix, users, items, times }: Interactions): Uint8Array[] {
  const { offsets, indices, values } = matrix
  const arrays = { offsets, indices, values, ...(times && { times }) }
  return encodeSafetensors({
    metadata: { users: JSON.stringify(users.ids), items: JSON.stringify(items.ids) },
    tensors: Object.fromEntries(
      Object.entries(arrays).map(([name, array]) => [name, { shape: [array.length], values: array }]),
    ),
  })
}

function decodeRatings({ metadata, tensors }: Safetensors): Interactions {
  // the bits, whatever the type: version 0.1 stored all arrays as 32-bit floats
  const bufferOf = (name: string) => tensors[name]!.values.buffer as ArrayBuffer
  const users = createIdMap(JSON.parse(metadata.users!))
  const items = createIdMap(JSON.parse(metadata.items!))
  return {
    users,
    items,
    matrix: {
      rows: users.size,
      columns: items.size,
      offsets: new Int32Array(bufferOf('offsets')),
      indices: new Int32Array(bufferOf('indices')),
      values: new Float32Array(bufferOf('values')),
    },
    ...(tensors.times && { times: new Float64Array(bufferOf('times')) }),
  }
}
