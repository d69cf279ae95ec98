// The training states of a study's trials, from which trials that reach the next rung continue.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
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

/** The checkpoints of a study, in a folder of `home` that workers on several machines may share. */
export function openTrialCheckpoints(home: string, studyId: string): TrialCheckpoints {
  const folder = join(home, 'tuning', studyId)
  const pathOf = (trial: number) => join(folder, `${trial}.checkpoint`)
  return {
    load: (trial) => readCheckpoint(pathOf(trial)).catch(undefinedIfDamaged),
    save: (trial, state) => writeCheckpoint(pathOf(trial), state),
    remove: (trial) => rm(pathOf(trial), { force: true }),
    removeAll: () => rm(folder, { recursive: true, force: true }),
  }
}

function undefinedIfDamaged(error: unknown): undefined {
  if (!(error instanceof DamagedFileError)) throw error
}
