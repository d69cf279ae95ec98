// npm run worker
import { Command } from 'commander'
import { loadConfig } from '../src/config/config.ts'
import { type Database, openDatabase } from '../src/db/database.ts'
import type { JobQueue, JobStatus } from '../src/jobs/job-queue.ts'
import { openJobQueue } from '../src/jobs/postgres-job-queue.ts'
import { formatSeconds } from '../src/pages/numbers.ts'
import { addBackendOptions, type BackendOptions, openBackend } from './terminal/backend-options.ts'
import { formatTable } from './terminal/table.ts'
import { createJobHandler } from './worker/handle-job.ts'

interface Options extends BackendOptions {
  readonly list?: true
  readonly json?: true
}

const program = addBackendOptions(new Command('npm run worker --'))
  .description(
    'Trains what npm run retrain and npm run tune hand out with --workers, beside any number of other workers.',
  )
  .option('--list', 'show what there is to do and what was done lately, and end')
  .option('--json', 'with --list: print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Workers on several machines share one database, named by DATABASE_URL, and one folder, named by PALATE_HOME, for
ratings, checkpoints and artifacts. Each job is done by one of them; what a worker has begun when it dies is done by
another within seconds, from its last checkpoint on. Ctrl-C hands the job at hand back.

Exit codes: 0 ended by Ctrl-C or listed, 1 it could not go on (the message says why).

Examples:
  DATABASE_URL=postgres://palate:secret@db.example.com/palate PALATE_HOME=/mnt/palate npm run worker
  npm run worker -- --list`,
  )
  .parse()

const options = program.opts<Options>()
const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort())

try {
  const database = await openDatabase(loadConfig(), say)
  try {
    const queue = await openJobQueue(database.sql)
    if (options.list) show(await queue.list())
    else await work(database, queue)
  } finally {
    await database.close()
  }
} catch (error) {
  if (error instanceof TypeError) throw error
  say((error as Error).message)
  process.exitCode = 1
}

async function work(database: Database, queue: JobQueue): Promise<void> {
  const { name: backend } = await openBackend(options)
  say('Waiting for jobs; Ctrl-C ends it')
  await queue.work({
    handle: createJobHandler({ database, config: loadConfig(), backend }),
    signal: abort.signal,
    onJob: ({ kind, key }, outcome, error) =>
      say(
        `${kind} ${key}: ${outcome}${error instanceof Error && outcome === 'failed' ? `, ${error.message}` : ''}`,
      ),
  })
}

function show(jobs: readonly JobStatus[]): void {
  if (options.json) console.log(JSON.stringify(jobs))
  else if (jobs.length === 0) console.log('Nothing was asked for yet')
  else console.log(formatTable(['job', 'kind', 'state', 'retries', 'took'], jobs.map(rowOf)))
}

function rowOf({ key, kind, state, retries, startedAt, completedAt }: JobStatus): string[] {
  const seconds = startedAt && ((completedAt ?? new Date()).getTime() - startedAt.getTime()) / 1000
  return [key, kind, state, String(retries), seconds === null ? '' : formatSeconds(seconds)]
}

function say(line: string): void {
  console.error(line)
}
