import { findModel } from '../models/models.ts'
import type { ArtifactStore } from '../registry/artifact-store.ts'
import type { ExpectedCost } from '../training/expected-cost.ts'
import { type RungOptions, runRung } from './run-rung.ts'
import type { RungTask } from './run-study.ts'
import type { RungResult, StudySettings } from './study.ts'
import { openTrialCheckpoints } from './trial-checkpoints.ts'

/** What all trials of a study have in common. */
export interface TrialStudy {
  readonly studyId: string
  readonly settings: StudySettings
  readonly task: Pick<RungOptions, 'split' | 'positiveThreshold' | 'seed'>
  /** Receives the expected cost of a rung. */
  readonly onExpected?: (cost: ExpectedCost) => void
  /** With the checkpoints of trials in its folder `tuning`. */
  readonly store: ArtifactStore
}

/**
 * Trains a trial up to a rung, from the checkpoint of the previous rung.
 *
 * @throws any error of `runRung`, and Error if the checkpoint cannot be written
 */
export async function trainTrial(
  { trial, rung, hyperparameters }: RungTask,
  { studyId, settings, task, onExpected, store }: TrialStudy,
  signal: AbortSignal,
): Promise<RungResult> {
  const checkpoints = openTrialCheckpoints(store, studyId)
  const isLast = rung === settings.rungs.length - 1
  const result = await runRung({
    ...task,
    model: findModel(settings.model),
    hyperparameters,
    epochs: settings.rungs[rung]!,
    signal,
    ...(onExpected && { onExpected }),
    ...(rung > 0 && { from: await checkpoints.load(trial) }),
    ...(!isLast && { onEnd: (state) => checkpoints.save(trial, state) }),
  })
  if (isLast) await checkpoints.remove(trial)
  return result
}
