// A queue on pg-boss that detects dead workers at once: a worker holds a lock on its connection, which PostgreSQL
// releases when the process ends. A heartbeat would fail while a worker's thread is busy computing.
import { setTimeout as sleep } from 'node:timers/promises'
import PgBoss from 'pg-boss'
import { v5 as uuidV5 } from 'uuid'
import { isDatabaseUnavailable } from '../db/connection-errors.ts'
import type { Sql, Transaction } from '../db/database.ts'
import { openPoolBeside } from '../db/pool.ts'
import { lockJob } from './job-lock.ts'
import { type Job, JobFailedError, type JobQueue, type JobStatus, type WorkOptions } from './job-queue.ts'

/** Opens the queue in the schema `pgboss` of the database, which is created if missing. */
export async function openJobQueue(sql: Sql): Promise<JobQueue> {
  const boss = new PgBoss({ db: databaseOf(sql), schedule: false, supervise: false })
  boss.on('error', () => {})
  await sql.begin(async (lock) => {
    // two processes that create the tables at once would deadlock
    await lock`select pg_advisory_xact_lock(hashtextextended('palate jobs', 0))`
    await boss.start()
    await boss.createQueue(queue, { name: queue, retryLimit: 5, retryDelay: 1, retentionMinutes })
  })
  return {
    send: (key, job) => send(boss, key, job),
    result: (id, signal) => result(sql, boss, id, signal),
    cancel: (id) => boss.cancel(queue, id),
    work: (options) => work(sql, boss, options),
    list: () => list(sql),
  }
}

const queue = 'palate'
const retentionMinutes = 60 * 24 * 30
const pollMilliseconds = 500

interface Stored extends Job {
  readonly key: string
}

async function send(boss: PgBoss, key: string, { kind, data }: Job): Promise<string> {
  const id = idOf(key)
  const stored: Stored = { key, kind, data }
  const isNew = (await boss.send(queue, stored, { id })) !== null
  // pg-boss ignores this for a job that has not failed
  if (!isNew) await boss.retry(queue, id)
  return id
}

async function result(sql: Sql, boss: PgBoss, id: string, signal: AbortSignal): Promise<unknown> {
  for (;;) {
    const job = await boss.getJobById<Stored>(queue, id)
    if (job === null) throw new JobFailedError(`Job ${id} is no longer in the queue`)
    if (job.state === 'completed') return job.output
    if (job.state === 'failed' || job.state === 'cancelled')
      throw new JobFailedError(`${job.data.key} ${job.state}: ${messageOf(job.output)}`)
    await requeueOrphans(sql, boss)
    await sleep(pollMilliseconds, undefined, { signal })
  }
}

async function work(sql: Sql, boss: PgBoss, options: WorkOptions): Promise<void> {
  while (!options.signal.aborted) {
    const found = await workOnce(sql, boss, options).catch((error) => {
      // the database may come back, so the worker keeps polling
      if (!isDatabaseUnavailable(error)) throw error
      return false
    })
    if (!found) await sleep(pollMilliseconds, undefined, { signal: options.signal }).catch(() => {})
  }
}

/** @returns whether there was a job */
async function workOnce(sql: Sql, boss: PgBoss, options: WorkOptions): Promise<boolean> {
  await requeueOrphans(sql, boss)
  const [job] = await boss.fetch<Stored>(queue, { includeMetadata: true })
  if (job !== undefined) await execute(sql, boss, job, options)
  return job !== undefined
}

async function execute(
  sql: Sql,
  boss: PgBoss,
  job: PgBoss.JobWithMetadata<Stored>,
  { handle, signal, onJob, isWorkerFailure = () => false }: WorkOptions,
): Promise<void> {
  const lock = await lockJob(sql, job.id, signal)
  if (lock === undefined) return
  try {
    if (!(await stillOwnsJob(boss, job))) return
    onJob?.(statusOf(job), 'started')
    const output = await handle(job.data, lock.signal)
    lock.signal.throwIfAborted()
    await boss.complete(queue, job.id, output)
    onJob?.(statusOf(job), 'completed')
  } catch (error) {
    const ofWorker = isWorkerFailure(error)
    const isReturned = signal.aborted || ofWorker
    // without its lock the job belongs to another worker
    const isLockLost = lock.signal.aborted && !signal.aborted
    if (!isLockLost) await releaseOrFail(sql, boss, job, error, isReturned)
    onJob?.(statusOf(job), isReturned ? 'returned' : 'failed', error)
    if (ofWorker) throw error
  } finally {
    await lock.release()
  }
}

/** A worker that was suspended may have lost its job to another one. */
async function stillOwnsJob(boss: PgBoss, { id, retryCount }: PgBoss.JobWithMetadata): Promise<boolean> {
  const now = await boss.getJobById(queue, id)
  return now?.state === 'active' && now.retryCount === retryCount
}

/** Returns a job to the queue after an interruption, a failure of the worker or a lost database; otherwise fails it without retries. */
async function releaseOrFail(
  sql: Sql,
  boss: PgBoss,
  { id }: PgBoss.Job,
  error: unknown,
  isReturned: boolean,
): Promise<void> {
  const activeJob = sql`name = ${queue} and id = ${id} and state = 'active'`
  if (isReturned || isDatabaseUnavailable(error)) {
    await sql`update pgboss.job set state = 'created', started_on = null where ${activeJob}`
  } else {
    await sql`update pgboss.job set retry_limit = retry_count where ${activeJob}`
    await boss.fail(queue, id, { message: messageOf(error) })
  }
}

/** Requeues the jobs of dead workers. A job that started just now may not have its lock yet. */
async function requeueOrphans(sql: Sql, boss: PgBoss): Promise<void> {
  await sql.begin(async (transaction) => {
    const orphans = await transaction<{ id: string }[]>`
      select id from pgboss.job
      where name = ${queue} and state = 'active' and started_on < now() - interval '3 seconds'
        and pg_try_advisory_xact_lock(hashtextextended('palate job ' || id, 0))`
    const db = databaseOf(transaction)
    for (const { id } of orphans) await boss.fail(queue, id, { message: 'its worker died' }, { db })
  })
}

async function list(sql: Sql): Promise<JobStatus[]> {
  const rows = await sql<JobStatus[]>`
    select id, data->>'kind' as kind, data->>'key' as key, state, retry_count as retries,
      created_on as "createdAt", started_on as "startedAt", completed_on as "completedAt"
    from pgboss.job where name = ${queue} order by created_on desc, id limit 200`
  return [...rows]
}

function statusOf(job: PgBoss.JobWithMetadata<Stored>): JobStatus {
  const { id, state, retryCount, createdOn, startedOn, data } = job
  const { kind, key } = data
  return {
    id,
    kind,
    key,
    state,
    retries: retryCount,
    createdAt: createdOn,
    startedAt: startedOn,
    completedAt: null,
  }
}

/** The adapter for pg-boss. It sends whole transactions as one text, each of which gets a connection of its own. */
function databaseOf(sql: Sql | Transaction): PgBoss.Db {
  return {
    async executeSql(text, values = []) {
      if ('savepoint' in sql || !/^\s*begin;/i.test(text)) return runStatement(sql, text, values)
      const session = openPoolBeside(sql, 1)
      return runStatement(session, text, values).finally(() => session.end())
    },
  }
}

async function runStatement(sql: Pick<Sql, 'unsafe'>, text: string, values: readonly unknown[]) {
  const parameters = values.map((value) => value ?? null) as never[]
  const rows = await sql.unsafe(text, parameters)
  return { rows: [...rows], rowCount: rows.count }
}

/** Derived from the key, so that the primary key rejects a second job of the same key. */
function idOf(key: string): string {
  return uuidV5(key, namespace)
}

const namespace = '1f0c3d52-5f0e-4d0a-9a57-6f4d1c1b7e2a'

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message)
  return String(error)
}
