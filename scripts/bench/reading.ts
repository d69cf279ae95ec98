// Reading a file of ratings, in megabytes per second of the process on all of its threads, since other work on the
// machine changes the wall-clock time; and importing it in turn with a COPY of the same rows into the same table.
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { loadConfig } from '../../src/config/config.ts'
import type { Sql } from '../../src/db/database.ts'
import { readInteractions } from '../../src/interactions/file-interactions.ts'
import { copyIn } from '../../src/ratings/postgres-copy.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import { createBenchDatabase } from './serve/bench-database.ts'
import { shapes, syntheticRatings } from './synthetic-ratings.ts'

export interface ReadingBenchResult {
  readonly megabytes: number
  /** Megabytes per CPU second: into pages of ratings, and into a matrix. */
  readonly reading: { readonly pages: number; readonly interactions: number }
  /** Medians of the rounds; the ratio is that of the pairs. */
  readonly importing:
    | { readonly importSeconds: number; readonly copySeconds: number; readonly ratio: number }
    | undefined
}

interface ReadingBenchOptions {
  readonly ratings: number
  readonly rounds: number
  readonly withImport: boolean
}

export async function benchReading({
  ratings,
  rounds,
  withImport,
}: ReadingBenchOptions): Promise<ReadingBenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'palate-bench-'))
  try {
    const path = join(folder, 'ratings.csv')
    await pipeline(Readable.from(csvLines(ratings, String)), createWriteStream(path))
    const { size } = await stat(path)
    const pages: number[] = []
    const interactions: number[] = []
    // the first round warms up
    for (let round = 0; round <= rounds; round++) {
      pages.push(await speed(size, () => readPages(path)))
      interactions.push(
        await speed(size, async () => readInteractions((await openRatingsSource(path)).ratings())),
      )
    }
    const reading = { pages: median(pages.slice(1)), interactions: median(interactions.slice(1)) }
    const importing = withImport ? await benchImport(path, ratings, rounds) : undefined
    return { megabytes: size / 1e6, reading, importing }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Ratings of the density and popularity of MovieLens 20M, sorted by user, with times. */
function* csvLines(ratings: number, formatTime: (seconds: number) => string): Generator<string> {
  const share = ratings / shapes['ml-20m'].ratings
  const shape = {
    ...shapes['ml-20m'],
    users: Math.max(10, Math.round(share * shapes['ml-20m'].users)),
    ratings,
  }
  const { rows, offsets, indices, values } = syntheticRatings(shape, 1)
  yield 'userId,movieId,rating,timestamp\n'
  for (let user = 0; user < rows; user++) {
    const lines: string[] = []
    for (let n = offsets[user]!; n < offsets[user + 1]!; n++)
      lines.push(`${[user + 1, indices[n]! + 1, values[n]!.toFixed(1), formatTime(timeOf(n))].join(',')}\n`)
    yield lines.join('')
  }
}

function timeOf(n: number): number {
  return 1_100_000_000 + ((n * 7919) % 300_000_000)
}

async function readPages(path: string): Promise<number> {
  let count = 0
  for await (const page of (await openRatingsSource(path)).ratings()) count += page.length
  return count
}

/** Megabytes per CPU second. */
async function speed(bytes: number, read: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await read()
  const { user, system } = process.cpuUsage(before)
  return bytes / (user + system)
}

/** Imports into an empty database of its own, and copies the same rows into a table with the same columns, indexes and references. */
async function benchImport(
  path: string,
  ratings: number,
  rounds: number,
): Promise<ReadingBenchResult['importing']> {
  const { database, remove } = await createBenchDatabase(loadConfig())
  const { sql } = database
  const pairs: [importSeconds: number, copySeconds: number][] = []
  try {
    for (let round = 0; round < rounds; round++) {
      await sql`truncate users, items cascade`
      const { seconds } = await importRatings(sql, await openRatingsSource(path))
      pairs.push([seconds, await copySeconds(sql, ratings)])
    }
  } finally {
    await remove()
  }
  return {
    importSeconds: median(pairs.map(([importing]) => importing)),
    copySeconds: median(pairs.map(([, copying]) => copying)),
    ratio: median(pairs.map(([importing, copying]) => copying / importing)),
  }
}

async function copySeconds(sql: Sql, ratings: number): Promise<number> {
  await sql`drop table if exists copied`
  await sql`create table copied (like ratings including all)`
  // `like` leaves out the references, whose checks take most of the time of a COPY
  await sql`
    alter table copied add foreign key (user_id) references users, add foreign key (item_id) references items`
  // PostgreSQL reads no Unix times
  const rows = [...csvLines(ratings, (seconds) => new Date(seconds * 1000).toISOString())]
  const started = performance.now()
  await sql.begin((transaction) =>
    copyIn(
      transaction,
      transaction`copy copied (user_id, item_id, value, rated_at) from stdin (format csv, header)`,
      Readable.from(rows),
    ),
  )
  return (performance.now() - started) / 1000
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
