import { writeFile } from 'node:fs/promises'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { openJobQueue } from '../../src/jobs/postgres-job-queue.ts'
import { openRegistry } from '../../src/registry/open-registry.ts'
import type { RetrainingConfig } from '../../src/retraining/config.ts'
import { type ExitCode, exitCodeOfResult } from '../../src/retraining/exit-code.ts'
import { loadRetrainingConfig } from '../../src/retraining/load-config.ts'
import { renderRetrainingReport } from '../../src/retraining/report/report-page.ts'
import type { RetrainingResult } from '../../src/retraining/result.ts'
import { createPostgresRuns } from '../../src/retraining/run/postgres-runs.ts'
import { prepareRatings } from '../../src/retraining/run/prepare.ts'
import type { RetrainingDependencies } from '../../src/retraining/run/run-context.ts'
import { resumeRetraining, runRetraining } from '../../src/retraining/run/run-retraining.ts'
import { trainVariantOnWorker } from '../../src/retraining/run/variant-job.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { describeDryRun, describeResult, summarizeResult } from './describe.ts'
import { createFollower } from './follow.ts'
import { requireSecret, tellOfFailure, tellOfResult } from './tell-others.ts'

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

/**
 * Gives what the process is to end with, and throws what `runRetraining` throws. Whoever is to be told is told either
 * way, also where nothing could begin.
 */
export async function retrain(options: RetrainOptions, signal: AbortSignal): Promise<ExitCode> {
  let environment: Config | undefined
  let config: RetrainingConfig | undefined
  let database: Database | undefined
  try {
    environment = loadConfig()
    config = await loadRetrainingConfig(options.config)
    if (options.notify) requireSecret(environment)
    database = await openDatabase(environment, (line) => console.error(line))
    if (options.dryRun) return await dryRun(options, config, database, environment.home)
    const result = await run(options, config, await dependenciesOf(options, environment, database, signal))
    const isWritten = await report(options, result)
    await tellOfResult(options, { environment, database }, result)
    return isWritten ? exitCodeOfResult(result) : 'storage'
  } catch (error) {
    if (!options.dryRun) await tellOfFailure(options, { environment, config, database }, error as Error)
    throw error
  } finally {
    await database?.close()
  }
}

async function dependenciesOf(
  options: RetrainOptions,
  environment: Config,
  database: Database,
  signal: AbortSignal,
): Promise<RetrainingDependencies> {
  const { name: backend } = await openBackend(options)
  return {
    database,
    registry: openRegistry(database, environment),
    home: environment.home,
    backend,
    signal,
    ...(options.workers && (await onWorkers(database))),
  }
}

async function onWorkers({ sql }: Database): Promise<Pick<RetrainingDependencies, 'trainOnWorker'>> {
  const queue = await openJobQueue(sql)
  return { trainOnWorker: (job, signal) => trainVariantOnWorker(queue, job, signal) }
}

async function run(
  { resume, cold = false, until, by, json }: RetrainOptions,
  config: RetrainingConfig,
  given: RetrainingDependencies,
): Promise<RetrainingResult> {
  const follower = createFollower(json ?? false)
  const dependencies = { ...given, onEvent: follower.onEvent }
  try {
    return await (resume
      ? resumeRetraining(dependencies)
      : runRetraining({ config, cold, until, by }, dependencies))
  } finally {
    follower.finish()
  }
}

/** Gives whether the file was written that was asked for; what became of the run is said in any case. */
async function report({ report: path, json }: RetrainOptions, result: RetrainingResult): Promise<boolean> {
  const kept = `/reports/${result.runId}`
  const failure =
    path === undefined ? undefined : await failureOf(writeFile(path, renderRetrainingReport(result)))
  const address = failure ? kept : (path ?? kept)
  console.log(json ? JSON.stringify(summarizeResult(result, address)) : describeResult(result, address))
  if (failure)
    console.error(
      `The run is done, but ${path} could not be written: ${failure.message}. It is kept as ${kept}`,
    )
  return failure === undefined
}

function failureOf(written: Promise<void>): Promise<Error | undefined> {
  return written.then(
    () => undefined,
    (error: Error) => error,
  )
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
  const { ratings: _, ...surveyed } = await prepareRatings(options, { database, registry }, previous)
  console.log(json ? JSON.stringify(surveyed) : describeDryRun(surveyed))
  return surveyed.plan ? 'done' : 'stopped'
}
