import { findModel } from '../../src/models/models.ts'
import { runRung } from '../../src/tuning/run-rung.ts'
import type { RungTask } from '../../src/tuning/run-study.ts'
import type { RungResult, StudySettings } from '../../src/tuning/study.ts'
import type { Exam } from '../evaluate/judged.ts'
import { openTrialCheckpoints } from './trial-checkpoints.ts'

/** What all trials of a study share. */
export interface TrialStudy {
  readonly studyId: string
  readonly settings: StudySettings
  readonly exam: Exam
  /** The folder that holds what Palate keeps. */
  readonly home: string
}

/**
 * Trains a trial up to a rung, from where the rung before has left it.
 *
 * @throws whatever `runRung` throws, and Error when the checkpoint cannot be written.
 */
export async function trainTrial(
  { trial, rung, hyperparameters }: RungTask,
  { studyId, settings, exam, home }: TrialStudy,
  signal: AbortSignal,
): Promise<RungResult> {
  const checkpoints = openTrialCheckpoints(home, studyId)
  const isLast = rung === settings.rungs.length - 1
  const result = await runRung({
    ...exam,
    model: findModel(settings.model),
    hyperparameters,
    epochs: settings.rungs[rung]!,
    signal,
    ...(rung > 0 && { from: await checkpoints.load(trial) }),
    ...(!isLast && { onEnd: (state) => checkpoints.save(trial, state) }),
  })
  if (isLast) await checkpoints.remove(trial)
  return result
}
