import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { urlOf } from '../../src/http/server.ts'
import { openJobQueue } from '../../src/jobs/postgres-job-queue.ts'
import { pruneRatingHistory } from '../../src/ratings/rating-history.ts'
import { openArtifactStore } from '../../src/registry/open-artifact-store.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import type { RetrainingConfig } from '../../src/retraining/config.ts'
import { loadRetrainingConfig } from '../../src/retraining/load-config.ts'
import { renderRetrainingReport } from '../../src/retraining/report/report-page.ts'
import type { RetrainingResult } from '../../src/retraining/result.ts'
import { createPostgresRuns } from '../../src/retraining/run/postgres-runs.ts'
import { prepareRatings } from '../../src/retraining/run/prepare.ts'
import type { RetrainingDependencies } from '../../src/retraining/run/run-context.ts'
import { resumeRetraining, runRetraining } from '../../src/retraining/run/run-retraining.ts'
import { trainVariantOnWorker } from '../../src/retraining/run/variant-job.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import type { ExitCode } from '../terminal/exit-codes.ts'
import { logLine } from '../terminal/with-database.ts'
import { formatDryRun, formatResult, summarizeResult } from './format.ts'
import { checkTarget, type Notified, notifyFailure, notifyResult } from './notify.ts'
import { createEventDisplay } from './show-events.ts'

export interface RetrainOptions extends BackendOptions {
  readonly config?: string
  readonly until?: Date
  readonly cold?: boolean
  readonly refit: boolean
  readonly resume?: true
  readonly dryRun?: true
  readonly workers?: true
  readonly report?: string
  readonly notify?: string
  readonly notifyPrivate?: boolean
  readonly textfile?: string
  readonly by: string
  readonly json?: true
}

/**
 * Runs a retraining and returns the exit code for its result. Notifications are sent for failures too, even if the run
 * could not start.
 *
 * @throws any error of `runRetraining`
 */
export async function retrain(options: RetrainOptions, signal: AbortSignal): Promise<ExitCode> {
  let environment: Config | undefined
  let config: RetrainingConfig | undefined
  let database: Database | undefined
  try {
    environment = loadConfig()
    const loaded = await loadRetrainingConfig(options.config)
    config = withThreshold({ ...loaded, refit: options.refit && loaded.refit }, environment)
    const notified = await checkTarget(options, environment)
    database = await openDatabase(environment, logLine)
    if (options.dryRun) return await dryRun(options, config, database, environment, notified)
    await pruneRatingHistory(database.sql, environment.ratingHistoryDays)
    const result = await run(options, config, await dependenciesOf(options, environment, database, signal))
    const isWritten = await report(options, environment, result)
    await notifyResult(options, { environment, database }, result)
    return isWritten ? exitCodeOfResult(result) : 'storage'
  } catch (error) {
    if (!options.dryRun) await notifyFailure(options, { environment, config, database }, error as Error)
    throw error
  } finally {
    await database?.close()
  }
}

/** The configuration comes before the environment. */
function withThreshold(config: RetrainingConfig, { positiveThreshold }: Config): RetrainingConfig {
  return { ...(positiveThreshold !== undefined && { positiveThreshold }), ...config }
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
    store: openArtifactStore(environment),
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
  otherDependencies: RetrainingDependencies,
): Promise<RetrainingResult> {
  const display = createEventDisplay(json ?? false)
  const dependencies = {
    ...otherDependencies,
    onEvent: display.onEvent,
    onVariantProgress: display.onProgress,
  }
  try {
    return await (resume
      ? resumeRetraining(dependencies)
      : runRetraining({ config, cold, until, by }, dependencies))
  } finally {
    display.finish()
  }
}

/** Prints the result and writes the report file if one was requested; false if the file could not be written. */
async function report(
  { report: path, json }: RetrainOptions,
  { host, port }: Config,
  result: RetrainingResult,
): Promise<boolean> {
  const route = `${urlOf(host, port)}/reports/${result.runId}`
  const failure =
    path === undefined ? undefined : await failureOf(writeFile(path, renderRetrainingReport(result)))
  const address = failure || path === undefined ? route : resolve(path)
  console.log(json ? JSON.stringify(summarizeResult(result, address)) : formatResult(result, address))
  if (failure)
    console.error(
      `The run is done, but ${path} could not be written: ${failure.message}. The service has the report at ${route}`,
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
  environment: Config,
  notified: Notified | undefined,
): Promise<ExitCode> {
  const registry = openRegistry(database, environment)
  const previous = await createPostgresRuns(database).lastSnapshot()
  const options = { runId: 'dry run', config, cold, startedAt: new Date(), until }
  const { snapshot, checks, plan } = await prepareRatings(options, { database, registry }, previous)
  const surveyed = { snapshot, checks, plan }
  const notifies = notified && { notifies: notified }
  console.log(json ? JSON.stringify({ ...surveyed, ...notifies }) : formatDryRun(surveyed, notified))
  return surveyed.plan ? 'done' : 'stopped'
}

export function exitCodeOfResult({ outcome, candidates }: RetrainingResult): ExitCode {
  if (outcome === 'stopped') return 'stopped'
  return candidates.some(({ error }) => error !== null) ? 'untrained' : 'done'
}
