// What a run keeps on disk until it is finished: the ratings it saw, and how far each training has come.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createIdMap } from '../../interactions/id-map.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { decodeSafetensors, encodeSafetensors } from '../../registry/safetensors.ts'
import { DamagedFileError, readSealed, writeSealed } from '../../registry/sealed-file.ts'
import { readCheckpoint, writeCheckpoint } from '../../training/checkpoint.ts'
import type { FitState } from '../../training/fit.ts'

/**
 * Ratings go on changing while a run trains, on other machines or after a crash: so it keeps those that it started
 * with. Machines that share a run share this folder.
 */
export interface RunFolder {
  saveRatings(ratings: Interactions): Promise<void>
  /** @throws DamagedFileError when they are missing or damaged */
  loadRatings(): Promise<Interactions>
  saveCheckpoint(variant: string, state: FitState): Promise<void>
  /**
   * Undefined where the variant has not come to the end of an epoch.
   *
   * @throws DamagedFileError
   */
  loadCheckpoint(variant: string): Promise<FitState | undefined>
  removeCheckpoint(variant: string): Promise<void>
  /** Removes all of it. */
  remove(): Promise<void>
}

export function openRunFolder(home: string, runId: string): RunFolder {
  const folder = join(home, 'retraining', runId)
  const ratingsPath = join(folder, 'ratings')
  const checkpointPath = (variant: string) => join(folder, `${variant}.checkpoint`)
  return {
    saveRatings: (ratings) => writeSealed(ratingsPath, encodeRatings(ratings)),
    loadRatings: () => loadRatings(ratingsPath),
    saveCheckpoint: (variant, state) => writeCheckpoint(checkpointPath(variant), state),
    loadCheckpoint: (variant) => readCheckpoint(checkpointPath(variant)),
    removeCheckpoint: (variant) => rm(checkpointPath(variant), { force: true }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function loadRatings(path: string): Promise<Interactions> {
  const mend = 'Start a new run: this one cannot be finished without the ratings that it started with'
  try {
    const bytes = await readSealed(path)
    if (bytes) return decodeRatings(bytes)
  } catch (cause) {
    throw new DamagedFileError(`The run's ratings cannot be used: ${(cause as Error).message}. ${mend}`, {
      cause,
    })
  }
  throw new DamagedFileError(`The run's ratings are missing: there is no ${path}. ${mend}`)
}

/** The bits of whole numbers and times pass as 32-bit floats that nobody computes with. */
function encodeRatings({ matrix, users, items, times }: Interactions): Uint8Array[] {
  const { offsets, indices, values } = matrix
  const bits = { offsets, indices, values, ...(times && { times }) }
  return encodeSafetensors({
    metadata: { users: JSON.stringify(users.ids), items: JSON.stringify(items.ids) },
    tensors: Object.fromEntries(
      Object.entries(bits).map(([name, { buffer, byteOffset, byteLength }]) => {
        const floats = new Float32Array(buffer, byteOffset, byteLength / 4)
        return [name, { shape: [floats.length], values: floats }]
      }),
    ),
  })
}

function decodeRatings(bytes: Uint8Array): Interactions {
  const { metadata, tensors } = decodeSafetensors(bytes)
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
      values: tensors.values!.values,
    },
    ...(tensors.times && { times: new Float64Array(bufferOf('times')) }),
  }
}
