// The queue as pg-boss keeps it, with one thing of its own: a worker that dies is noticed at once. While it works it
// holds a lock that belongs to its connection, and PostgreSQL lets go of that when the process is gone, however busy
// it was. A heartbeat would need a process that is never busy.
import { setTimeout as sleep } from 'node:timers/promises'
import PgBoss from 'pg-boss'
import { v5 as uuidOf } from 'uuid'
import { isDatabaseUnavailable } from '../db/connection-errors.ts'
import type { Sql, Transaction } from '../db/database.ts'
import { type JobLock, lockJob } from './job-lock.ts'
import { type Job, JobFailedError, type JobQueue, type JobStatus, type WorkOptions } from './job-queue.ts'

/** Opens the queue of a database, in its schema `pgboss`, made where it is missing. */
export async function openJobQueue(sql: Sql): Promise<JobQueue> {
  const boss = new PgBoss({ db: databaseOf(sql), schedule: false, supervise: false })
  boss.on('error', () => {})
  await sql.begin(async (lock) => {
    // two that make the tables at once would wait for each other
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
  // pg-boss passes over any that has not failed
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
    await takeBackOrphans(sql, boss)
    await sleep(pollMilliseconds, undefined, { signal })
  }
}

async function work(sql: Sql, boss: PgBoss, options: WorkOptions): Promise<void> {
  while (!options.signal.aborted) {
    const found = await workOnce(sql, boss, options).catch((error) => {
      // it comes back, and this worker with it
      if (!isDatabaseUnavailable(error)) throw error
      return false
    })
    if (!found) await sleep(pollMilliseconds, undefined, { signal: options.signal }).catch(() => {})
  }
}

/** Gives whether there was anything to do. */
async function workOnce(sql: Sql, boss: PgBoss, options: WorkOptions): Promise<boolean> {
  await takeBackOrphans(sql, boss)
  const [job] = await boss.fetch<Stored>(queue, { includeMetadata: true })
  if (job !== undefined) await carryOut(sql, boss, job, options)
  return job !== undefined
}

async function carryOut(
  sql: Sql,
  boss: PgBoss,
  job: PgBoss.JobWithMetadata<Stored>,
  { handle, signal, onJob }: WorkOptions,
): Promise<void> {
  const lock = await lockJob(sql, job.id, signal)
  if (lock === undefined) return
  try {
    if (!(await isStillOurs(boss, job))) return
    onJob?.(statusOf(job), 'begun')
    const output = await handle(job.data, lock.signal)
    lock.signal.throwIfAborted()
    await boss.complete(queue, job.id, output)
    onJob?.(statusOf(job), 'done')
  } catch (error) {
    await giveUp(sql, boss, job, lock, error, signal)
    onJob?.(statusOf(job), signal.aborted ? 'handed back' : 'failed', error)
  } finally {
    await lock.release()
  }
}

/** A worker that had stopped for a while may find its job taken from it. */
async function isStillOurs(boss: PgBoss, { id, retryCount }: PgBoss.JobWithMetadata): Promise<boolean> {
  const now = await boss.getJobById(queue, id)
  return now?.state === 'active' && now.retryCount === retryCount
}

/** Hands a job back where that is nobody's fault, else says why nobody shall try it again. */
async function giveUp(
  sql: Sql,
  boss: PgBoss,
  { id }: PgBoss.Job,
  lock: JobLock,
  error: unknown,
  interrupted: AbortSignal,
): Promise<void> {
  // without its lock the job is somebody else's by now
  if (lock.signal.aborted && !interrupted.aborted) return
  const mine = sql`name = ${queue} and id = ${id} and state = 'active'`
  if (interrupted.aborted || isDatabaseUnavailable(error)) {
    await sql`update pgboss.job set state = 'created', started_on = null where ${mine}`
  } else {
    await sql`update pgboss.job set retry_limit = retry_count where ${mine}`
    await boss.fail(queue, id, { message: messageOf(error) })
  }
}

/**
 * Lets others do what dead workers have begun. A job that was begun just now may not have its lock yet.
 */
async function takeBackOrphans(sql: Sql, boss: PgBoss): Promise<void> {
  await sql.begin(async (transaction) => {
    const orphans = await transaction<{ id: string }[]>`
      select id from pgboss.job
      where name = ${queue} and state = 'active' and started_on < now() - interval '3 seconds'
        and pg_try_advisory_xact_lock(hashtextextended('palate job ' || id, 0))`
    const db = databaseOf(transaction)
    for (const { id } of orphans) await boss.fail(queue, id, { message: 'its worker is gone' }, { db })
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

/** What pg-boss asks of a database. It sends whole transactions, so each answer needs a connection of its own. */
function databaseOf(sql: Sql | Transaction): PgBoss.Db {
  return {
    async executeSql(text, values = []) {
      if (!('reserve' in sql)) return execute(sql, text, values)
      const connection = await sql.reserve()
      try {
        const answer = await execute(connection, text, values)
        connection.release()
        return answer
      } catch (error) {
        // a connection that ended must not be given to others; the driver opens it anew by itself
        if (!isDatabaseUnavailable(error)) connection.release()
        throw error
      }
    },
  }
}

async function execute(sql: Pick<Sql, 'unsafe'>, text: string, values: readonly unknown[]) {
  const given = values.map((value) => value ?? null) as never[]
  const rows = await sql.unsafe(text, given)
  return { rows: [...rows], rowCount: rows.count }
}

/** A UUID derived from the key, so that the database refuses a second job with that key. */
function idOf(key: string): string {
  return uuidOf(key, '1f0c3d52-5f0e-4d0a-9a57-6f4d1c1b7e2a')
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message)
  return String(thrown)
}
