// The training states of a study's trials, from which trials that reach the next rung continue.
import { type ArtifactStore, storeWithin } from '../registry/artifact-store.ts'
import { DamagedFileError } from '../registry/sealed-file.ts'
import { readCheckpoint, writeCheckpoint } from '../training/checkpoint.ts'
import type { FitState } from '../training/fitted-model.ts'

export interface TrialCheckpoints {
  /** Undefined without a usable checkpoint: the trial then starts over, with the same result. */
  load(trial: number): Promise<FitState | undefined>
  save(trial: number, state: FitState): Promise<void>
  remove(trial: number): Promise<void>
  removeAll(): Promise<void>
}

/** The checkpoints of a study, in a store that its workers share. */
export function openTrialCheckpoints(store: ArtifactStore, studyId: string): TrialCheckpoints {
  const studies = storeWithin(store, 'tuning')
  const keyOf = (trial: number) => `${studyId}/${trial}.checkpoint`
  return {
    load: (trial) => readCheckpoint(studies, keyOf(trial)).catch(undefinedIfDamaged),
    save: (trial, state) => writeCheckpoint(studies, keyOf(trial), state),
    remove: (trial) => studies.remove(keyOf(trial)),
    removeAll: () => studies.removeFolder(studyId),
  }
}

/** Deletes the checkpoints of all trials, of searches by themselves and within retraining runs. */
export async function removeTrialCheckpoints(store: ArtifactStore): Promise<number> {
  const stored = [...(await store.list('tuning')), ...(await store.list('retraining'))]
  const checkpoints = stored.filter(({ key }) => /(^|\/)tuning\/[^/]+\/[^/]+\.checkpoint$/.test(key))
  for (const { key } of checkpoints) await store.remove(key)
  return checkpoints.length
}

/** Deletes those of searches that were not resumed for 30 days: their trials would start over. */
export async function removeOldTrialCheckpoints(store: ArtifactStore): Promise<void> {
  const oldest = Date.now() - 30 * 86_400_000
  const studies = storeWithin(store, 'tuning')
  for (const { key, storedAt } of await studies.list())
    if (storedAt.getTime() < oldest) await studies.remove(key)
}

function undefinedIfDamaged(error: unknown): undefined {
  if (!(error instanceof DamagedFileError)) throw error
}
