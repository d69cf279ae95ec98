// npm run replay -- <file or folder>
import { Command, InvalidArgumentError } from 'commander'
import { loadConfig } from '../src/config/config.ts'
import { openDatabase, type Sql } from '../src/db/database.ts'
import { formatCount } from '../src/pages/numbers.ts'
import { createRandom } from '../src/random/random.ts'
import { RatingsInputError } from '../src/ratings/malformed-lines.ts'
import { importRatings } from '../src/ratings/postgres-import.ts'
import { findRatingTimes, selectPeriod, shuffleRatings } from '../src/ratings/rating-period.ts'
import { openRatingsSource } from '../src/ratings/ratings-source.ts'
import { nextWeeks } from './replay/next-weeks.ts'

interface Options {
  readonly weeks: number
  readonly shuffle?: true
  readonly json?: true
}

const program = new Command('npm run replay --')
  .description('Imports the next week of ratings by their times, to try out what happens week by week.')
  .argument('<path>', 'a file, or a folder or zip archive of MovieLens; every rating needs its time')
  .option('--weeks <number>', 'how many weeks come in at once', parseWeeks, 1)
  .option('--shuffle', 'deal the items and values of these weeks out anew, as a broken export would')
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Weeks are seven days from midnight UTC before the first rating. The next one is the first with ratings later than all
in the database; a week without any is passed over.

--json prints { week, weeks, since, until, ratings, inserted, updated }: the last week that came in and how many there
are, from when to when, ratings read, and pairs that are new and changed.

Exit codes: 0 imported, 1 the database or something else failed, 2 the input cannot be read, 3 all weeks are in,
130 interrupted. Only 0 has changed anything.

Examples:
  npm run replay -- ml-100k.zip --weeks 8
  npm run replay -- ml-100k.zip && npm run retrain
  npm run replay -- ml-100k.zip --shuffle --json`,
  )
  .parse()

const interruption = new AbortController()
const { signal } = interruption
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort())

try {
  await replay(program.args[0]!, program.opts<Options>())
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error(signal.aborted ? 'Interrupted; nothing was changed.' : (error as Error).message)
  process.exitCode = signal.aborted ? 130 : error instanceof RatingsInputError ? 2 : 1
}

async function replay(path: string, { weeks, shuffle, json }: Options): Promise<void> {
  const { sql, close } = await openDatabase(loadConfig(), (line) => console.error(line))
  try {
    const times = await findRatingTimes(await openRatingsSource(path, { signal }), await lastRatingTime(sql))
    const next = nextWeeks(times, weeks)
    if (next === undefined) {
      console.error(`All ${path} is in`)
      process.exitCode = 3
      return
    }
    const part = selectPeriod(await openRatingsSource(path, { signal }), next)
    const source = shuffle ? shuffleRatings(part, createRandom('replay', next.week)) : part
    const { ratings, inserted, updated } = await importRatings(sql, source, { signal })
    const [since, until] = [next.since, next.until].map((time) => new Date(1000 * time).toISOString())
    const { week, weeks: all } = next
    console.log(
      json
        ? JSON.stringify({ week, weeks: all, since, until, ratings, inserted, updated })
        : `Week ${week} of ${all}, ${since!.slice(0, 10)} to ${until!.slice(0, 10)}: ${formatCount(ratings)} ratings${shuffle ? ', shuffled' : ''}. Next: npm run retrain`,
    )
  } finally {
    await close()
  }
}

async function lastRatingTime(sql: Sql): Promise<number> {
  const [row] = await sql<
    { last: number | null }[]
  >`select extract(epoch from max(rated_at))::float8 as last from ratings`
  return row?.last ?? Number.NEGATIVE_INFINITY
}

function parseWeeks(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number from 1 to 9999.')
  return Number(text)
}
