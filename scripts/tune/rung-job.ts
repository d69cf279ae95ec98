// Training a trial up to a rung, as a job that any worker can do.
import { resolve } from 'node:path'
import type { Sql } from '../../src/db/database.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import type { Job, JobQueue } from '../../src/jobs/job-queue.ts'
import { findModel } from '../../src/models/models.ts'
import { runRung } from '../../src/tuning/run-rung.ts'
import type { RungTask } from '../../src/tuning/run-study.ts'
import type { RungResult, StudySettings } from '../../src/tuning/study.ts'
import { prepare } from '../evaluate/evaluate.ts'
import type { Exam } from '../evaluate/judged.ts'
import { type Data, type DataOptions, readData } from '../evaluate/read-data.ts'

export const rungJob = 'tune-rung'

interface RungJobData {
  readonly settings: StudySettings
  readonly source: Pick<DataOptions, 'ratings' | 'train' | 'test'>
  readonly rung: number
  readonly hyperparameters: Readonly<Record<string, unknown>>
}

/** What a worker found: a result, or why the trial failed, which would happen again. */
type RungOutcome = { readonly result: RungResult } | { readonly error: string }

/** Identifies ratings; those of the predefined protocol with their test file. */
export function fingerprintOf({ ratings, test }: Data): string {
  return [ratings, ...(test ? [test] : [])].map(fingerprint).join('+')
}

/**
 * Lets workers train a trial up to a rung.
 *
 * @throws Error when training failed.
 */
export async function trainElsewhere(
  queue: JobQueue,
  { trial, rung, hyperparameters }: RungTask,
  study: { readonly studyId: string; readonly settings: StudySettings },
  { ratings, train, test }: DataOptions,
  signal: AbortSignal,
): Promise<RungResult> {
  const source = Object.fromEntries(
    Object.entries({ ratings, train, test }).flatMap(([name, path]) => (path ? [[name, resolve(path)]] : [])),
  )
  const data: RungJobData = { settings: study.settings, source, rung, hyperparameters }
  const id = await queue.send(`${study.studyId} trial ${trial} rung ${rung}`, {
    kind: rungJob,
    data: { ...data },
  })
  const outcome = (await queue.result(id, signal)) as RungOutcome
  if ('error' in outcome) throw new Error(outcome.error)
  return outcome.result
}

/** Does such jobs. The ratings stay in memory from one job to the next of the same study. */
export function createRungHandler(sql: Sql): (job: Job, signal: AbortSignal) => Promise<RungOutcome> {
  let loaded: { readonly key: string; readonly exam: Exam } | undefined
  return async (job, signal) => {
    const { settings, source, rung, hyperparameters } = job.data as unknown as RungJobData
    const key = JSON.stringify([settings, source])
    if (loaded?.key !== key) loaded = { key, exam: await readExam(sql, settings, source, signal) }
    try {
      const model = findModel(settings.model)
      const epochs = settings.rungs[rung]!
      return {
        result: await runRung({ ...loaded.exam, ...settings, model, hyperparameters, epochs, signal }),
      }
    } catch (error) {
      if (signal.aborted) throw error
      return { error: error instanceof Error ? error.message : String(error) }
    }
  }
}

/** @throws Error when the ratings are not those that the study began with. */
async function readExam(
  sql: Sql,
  { protocol, rule, seed, positiveFrom, dataFingerprint }: StudySettings,
  source: RungJobData['source'],
  signal: AbortSignal,
): Promise<Exam> {
  const options = { protocol, split: rule, seed, positiveFrom, ...source }
  const data = await readData(options, sql, signal)
  const found = fingerprintOf(data)
  if (found !== dataFingerprint)
    throw new Error(
      `The ratings are not those of the study: their fingerprint is ${found}, the study's ${dataFingerprint}`,
    )
  return prepare(options, data, signal)
}
