import { writeFile } from 'node:fs/promises'
import { loadConfig } from '../../src/config/config.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { openJobQueue } from '../../src/jobs/postgres-job-queue.ts'
import { openRegistry } from '../../src/registry/open-registry.ts'
import type { RetrainingConfig } from '../../src/retraining/config.ts'
import { type ExitCode, exitCodeOfResult } from '../../src/retraining/exit-code.ts'
import { loadRetrainingConfig } from '../../src/retraining/load-config.ts'
import { createPostgresReports } from '../../src/retraining/postgres-reports.ts'
import { createPostgresRuns } from '../../src/retraining/postgres-runs.ts'
import type { RetrainingResult } from '../../src/retraining/result.ts'
import {
  type RetrainingDependencies,
  resumeRetraining,
  runRetraining,
} from '../../src/retraining/run-retraining.ts'
import { surveyRatings } from '../../src/retraining/survey.ts'
import { trainVariantElsewhere } from '../../src/retraining/variant-job.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { describeDryRun, describeResult, summarizeResult } from './describe.ts'
import { createFollower } from './follow.ts'
import { requireSecret, tellOthers } from './tell-others.ts'

export interface RetrainOptions extends BackendOptions {
  readonly config?: string
  readonly until?: Date
  readonly cold?: boolean
  readonly resume?: true
  readonly dryRun?: true
  readonly workers?: true
  readonly report?: string
  readonly notify?: string
  readonly textfile?: string
  readonly by: string
  readonly json?: true
}

/** Gives what the process is to end with, and throws what `runRetraining` throws. */
export async function retrain(options: RetrainOptions, signal: AbortSignal): Promise<ExitCode> {
  const environment = loadConfig()
  const config = await loadRetrainingConfig(options.config)
  if (options.notify) requireSecret(environment)
  const database = await openDatabase(environment, (line) => console.error(line))
  try {
    if (options.dryRun) return await dryRun(options, config, database, environment.home)
    const { name: backend } = await openBackend(options)
    const registry = openRegistry(database, environment)
    const follower = createFollower(options.json ?? false)
    const result = await run(options, config, {
      database,
      registry,
      home: environment.home,
      backend,
      signal,
      onEvent: follower.onEvent,
      ...(options.workers && (await elsewhere(database))),
    })
      .finally(() => follower.finish())
      .catch(async (error: Error) => {
        await tellOthers(options, environment, database, error)
        throw error
      })
    try {
      await report(options, database, result)
    } finally {
      await tellOthers(options, environment, database, result)
    }
    return exitCodeOfResult(result)
  } finally {
    await database.close()
  }
}

async function elsewhere({ sql }: Database): Promise<Pick<RetrainingDependencies, 'trainElsewhere'>> {
  const queue = await openJobQueue(sql)
  return { trainElsewhere: (job, signal) => trainVariantElsewhere(queue, job, signal) }
}

function run(
  { resume, cold = false, until, by }: RetrainOptions,
  config: RetrainingConfig,
  dependencies: RetrainingDependencies,
): Promise<RetrainingResult> {
  return resume ? resumeRetraining(dependencies) : runRetraining({ config, cold, until, by }, dependencies)
}

async function report(
  { report: path, json }: RetrainOptions,
  database: Database,
  result: RetrainingResult,
): Promise<void> {
  if (path !== undefined)
    await writeFile(path, (await createPostgresReports(database).find(result.runId)).html)
  const address = path ?? `/reports/${result.runId}`
  console.log(json ? JSON.stringify(summarizeResult(result, address)) : describeResult(result, address))
}

async function dryRun(
  { cold = false, until, json }: RetrainOptions,
  config: RetrainingConfig,
  database: Database,
  home: string,
): Promise<ExitCode> {
  const registry = openRegistry(database, { home })
  const previous = await createPostgresRuns(database).lastSnapshot()
  const options = { runId: 'dry run', config, cold, until }
  const { ratings: _, ...surveyed } = await surveyRatings(options, { database, registry }, previous)
  console.log(json ? JSON.stringify(surveyed) : describeDryRun(surveyed))
  return surveyed.plan ? 'done' : 'stopped'
}
