// Training a trial up to a rung, as a job for any worker.
import { resolve } from 'node:path'
import {
  createEvaluationTask,
  type EvaluationTask,
  type ProtocolRatings,
} from '../evaluation/evaluation-task.ts'
import { fingerprint } from '../interactions/fingerprint.ts'
import type { Job, JobQueue } from '../jobs/job-queue.ts'
import type { ColumnOptions } from '../ratings/rating-columns.ts'
import type { ArtifactStore } from '../registry/artifact-store.ts'
import type { Protocol } from '../splits/protocol.ts'
import type { RungTask } from './run-study.ts'
import type { ProtocolStudySettings, RungResult } from './study.ts'
import { type TrialStudy, trainTrial } from './train-trial.ts'

export const rungJob = 'tune-rung'

/** The files of the ratings, absent where they come from the database, and their columns. */
export interface RatingsFiles extends Omit<ColumnOptions, 'weights'> {
  readonly ratings?: string
  readonly train?: string
  readonly test?: string
}

/** Reads the ratings of a study. */
export type ReadRatings = (
  options: RatingsFiles & { readonly protocol: Protocol },
  signal: AbortSignal,
) => Promise<ProtocolRatings>

interface RungJobData extends Pick<TrialStudy, 'studyId'> {
  readonly settings: ProtocolStudySettings
  readonly source: RatingsFiles
  readonly task: RungTask
}

/** Identifies the ratings, with the test file of the predefined protocol. */
export function fingerprintOf({ ratings, test }: ProtocolRatings): string {
  return [ratings, ...(test ? [test] : [])].map(fingerprint).join('+')
}

/**
 * Lets a worker train a trial up to a rung.
 *
 * @throws JobFailedError with the worker's message if training fails, and the signal's reason
 */
export async function trainOnWorker(
  queue: JobQueue,
  task: RungTask,
  { studyId, settings }: Pick<RungJobData, 'studyId' | 'settings'>,
  { ratings, train, test, format, user, item, value, time, kind, kinds, implicit }: RatingsFiles,
  signal: AbortSignal,
): Promise<RungResult> {
  const paths = Object.entries({ ratings, train, test }).map(([name, path]) => [name, path && resolve(path)])
  const given = [
    ...paths,
    ...Object.entries({ format, user, item, value, time, kind, kinds, implicit }),
  ].filter(([, option]) => option)
  const source: RatingsFiles = Object.fromEntries(given)
  const data: RungJobData = { studyId, settings, source, task }
  const key = `${studyId} trial ${task.trial} rung ${task.rung}`
  const id = await queue.send(key, { kind: rungJob, data: { ...data } })
  return (await queue.result(id, signal)) as RungResult
}

/** Runs such jobs. The ratings stay in memory between jobs of the same study. */
export function createRungHandler(
  read: ReadRatings,
  store: ArtifactStore,
): (job: Job, signal: AbortSignal) => Promise<RungResult> {
  let loaded: { readonly studyId: string; readonly task: EvaluationTask } | undefined
  return async ({ data }, signal) => {
    const { studyId, settings, source, task: rungTask } = data as unknown as RungJobData
    if (loaded?.studyId !== studyId)
      loaded = { studyId, task: await loadTask(read, settings, source, signal) }
    return trainTrial(rungTask, { ...loaded, settings, store }, signal)
  }
}

/** @throws Error if the ratings have changed since the study started */
async function loadTask(
  read: ReadRatings,
  { protocol, rule, seed, positiveThreshold, dataFingerprint }: ProtocolStudySettings,
  source: RatingsFiles,
  signal: AbortSignal,
): Promise<EvaluationTask> {
  const options = { protocol, split: rule, seed, positiveThreshold, ...source }
  const data = await read(options, signal)
  const found = fingerprintOf(data)
  if (found !== dataFingerprint)
    throw new Error(
      `The ratings are not those of the study: their fingerprint is ${found}, the study's ${dataFingerprint}`,
    )
  return createEvaluationTask(options, data)
}
