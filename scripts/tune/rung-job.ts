// Training a trial up to a rung, as a job that any worker can do.
import { resolve } from 'node:path'
import type { Sql } from '../../src/db/database.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import type { Job, JobQueue } from '../../src/jobs/job-queue.ts'
import type { RungTask } from '../../src/tuning/run-study.ts'
import type { RungResult, StudySettings } from '../../src/tuning/study.ts'
import { prepare } from '../evaluate/evaluate.ts'
import type { Exam } from '../evaluate/judged.ts'
import { type Data, type DataOptions, readData } from '../evaluate/read-data.ts'
import { type TrialStudy, trainTrial } from './train-trial.ts'

export const rungJob = 'tune-rung'

interface RungJobData extends Pick<TrialStudy, 'studyId' | 'settings'> {
  readonly source: Pick<DataOptions, 'ratings' | 'train' | 'test'>
  readonly task: RungTask
}

/** Identifies ratings; those of the predefined protocol with their test file. */
export function fingerprintOf({ ratings, test }: Data): string {
  return [ratings, ...(test ? [test] : [])].map(fingerprint).join('+')
}

/**
 * Lets workers train a trial up to a rung.
 *
 * @throws JobFailedError when training failed, with what it said, and the signal's reason.
 */
export async function trainElsewhere(
  queue: JobQueue,
  task: RungTask,
  { studyId, settings }: Pick<TrialStudy, 'studyId' | 'settings'>,
  { ratings, train, test }: DataOptions,
  signal: AbortSignal,
): Promise<RungResult> {
  const source = Object.fromEntries(
    Object.entries({ ratings, train, test }).flatMap(([name, path]) => (path ? [[name, resolve(path)]] : [])),
  )
  const data: RungJobData = { studyId, settings, source, task }
  const key = `${studyId} trial ${task.trial} rung ${task.rung}`
  const id = await queue.send(key, { kind: rungJob, data: { ...data } })
  return (await queue.result(id, signal)) as RungResult
}

/** Does such jobs. The ratings stay in memory from one job to the next of the same study. */
export function createRungHandler(
  sql: Sql,
  home: string,
): (job: Job, signal: AbortSignal) => Promise<RungResult> {
  let loaded: { readonly studyId: string; readonly exam: Exam } | undefined
  return async ({ data }, signal) => {
    const { studyId, settings, source, task } = data as unknown as RungJobData
    if (loaded?.studyId !== studyId) loaded = { studyId, exam: await readExam(sql, settings, source, signal) }
    return trainTrial(task, { ...loaded, settings, home }, signal)
  }
}

/** @throws Error when the ratings are not those that the study began with. */
async function readExam(
  sql: Sql,
  { protocol, rule, seed, positiveThreshold, dataFingerprint }: StudySettings,
  source: RungJobData['source'],
  signal: AbortSignal,
): Promise<Exam> {
  const options = { protocol, split: rule, seed, positiveThreshold, ...source }
  const data = await readData(options, sql, signal)
  const found = fingerprintOf(data)
  if (found !== dataFingerprint)
    throw new Error(
      `The ratings are not those of the study: their fingerprint is ${found}, the study's ${dataFingerprint}`,
    )
  return prepare(options, data, signal)
}
