// The files of a run until it is finished: its ratings, and a checkpoint for each variant.
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createIdMap } from '../../interactions/id-map.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { decodeSafetensors, encodeSafetensors } from '../../registry/safetensors.ts'
import { DamagedFileError, readSealed, writeSealed } from '../../registry/sealed-file.ts'
import { readCheckpoint, writeCheckpoint } from '../../training/checkpoint.ts'
import type { FitState } from '../../training/fitted-model.ts'
import { LostRunError, type Runs } from './runs.ts'

/**
 * Ratings change while a run trains, so the run keeps a copy of those it started with, for workers and for resuming.
 * Machines that share a run must share this folder. A process that does not know that its run has ended, since it was
 * paused or lost its database, cannot bring the folder back: what it saves is removed at once.
 *
 * @throws LostRunError when something is saved for a run that has ended
 */
export interface RunFolder {
  readonly path: string
  saveRatings(ratings: Interactions): Promise<void>
  /** @throws DamagedFileError if they are missing or damaged */
  loadRatings(): Promise<Interactions>
  /** When they were saved, in milliseconds since 1970; null if they are missing. */
  ratingsSavedAt(): Promise<number | null>
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

/** The copy of the ratings of a run. */
export function ratingsFileOf(home: string, runId: string): string {
  return join(home, 'retraining', runId, 'ratings')
}

export function openRunFolder(home: string, runId: string, runs: Pick<Runs, 'ended'>): RunFolder {
  const folder = join(home, 'retraining', runId)
  // a folder that is written to meanwhile is not empty at first
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  const requireUnended = async () => {
    if ((await runs.ended([runId])).length === 0) return
    await remove()
    throw new LostRunError(`Run ${runId} has ended: another one was started`)
  }
  const ratingsPath = ratingsFileOf(home, runId)
  const checkpointPath = (variant: string) => join(folder, `${variant}.checkpoint`)
  return {
    path: folder,
    async saveRatings(ratings) {
      await writeSealed(ratingsPath, encodeRatings(ratings))
      await requireUnended()
    },
    loadRatings: () => loadRatings(ratingsPath),
    ratingsSavedAt: () =>
      stat(ratingsPath).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    async saveCheckpoint(variant, state) {
      await writeCheckpoint(checkpointPath(variant), state)
      await requireUnended()
    },
    loadCheckpoint: (variant) => readCheckpoint(checkpointPath(variant)),
    removeCheckpoint: (variant) => rm(checkpointPath(variant), { force: true }),
    remove,
  }
}

/** Removes the folders of ended runs whose processes were killed before they could. */
export async function removeEndedFolders(home: string, runs: Pick<Runs, 'ended'>): Promise<void> {
  const runIds = await readdir(join(home, 'retraining')).catch(() => [])
  for (const id of await runs.ended(runIds)) await openRunFolder(home, id, runs).remove()
}

async function loadRatings(path: string): Promise<Interactions> {
  const remedy = 'Start a new run: this one cannot be finished without its ratings'
  try {
    const bytes = await readSealed(path)
    if (bytes) return decodeRatings(bytes)
  } catch (cause) {
    throw new DamagedFileError(`The run's ratings cannot be read: ${(cause as Error).message}. ${remedy}`, {
      cause,
    })
  }
  throw new DamagedFileError(
    `The run's ratings are missing: there is no ${path}. Erasing one of its users deletes it. ${remedy}`,
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

function decodeRatings(bytes: Uint8Array): Interactions {
  const { metadata, tensors } = decodeSafetensors(bytes)
  // the bits, whatever the type: version 0.1 stored all arrays as 32-bit floats
  const bufferOf = (name: string) => tensors[name]!.values.slice().buffer
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
