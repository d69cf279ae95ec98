// How far the trials of a search have come, so that one that is promoted need not start over.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DamagedFileError } from '../../src/registry/sealed-file.ts'
import { readCheckpoint, writeCheckpoint } from '../../src/training/checkpoint.ts'
import type { FitState } from '../../src/training/fit.ts'

export interface TrialCheckpoints {
  /** Undefined where there is none that can be used: the trial then starts over, to the same result. */
  load(trial: number): Promise<FitState | undefined>
  save(trial: number, state: FitState): Promise<void>
  remove(trial: number): Promise<void>
  removeAll(): Promise<void>
}

/** Those of a study, in a folder of `home`; machines that share a study may share it. */
export function openTrialCheckpoints(home: string, studyId: string): TrialCheckpoints {
  const folder = join(home, 'tuning', studyId)
  const pathOf = (trial: number) => join(folder, `${trial}.checkpoint`)
  return {
    load: (trial) => readCheckpoint(pathOf(trial)).catch(undefinedWhereDamaged),
    save: (trial, state) => writeCheckpoint(pathOf(trial), state),
    remove: (trial) => rm(pathOf(trial), { force: true }),
    removeAll: () => rm(folder, { recursive: true, force: true }),
  }
}

function undefinedWhereDamaged(error: unknown): undefined {
  if (!(error instanceof DamagedFileError)) throw error
}
