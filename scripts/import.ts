// npm run import -- <file, folder or ->
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Config, loadConfig } from '../src/config/config.ts'
import { openDatabase } from '../src/db/database.ts'
import { formatSeconds } from '../src/pages/numbers.ts'
import {
  type DatasetName,
  DownloadError,
  datasetNames,
  downloadDataset,
} from '../src/ratings/download-dataset.ts'
import {
  describeMalformedLine,
  type MalformedLines,
  RatingsInputError,
} from '../src/ratings/malformed-lines.ts'
import { type ImportReport, importRatings } from '../src/ratings/postgres-import.ts'
import { openRatingsSource } from '../src/ratings/ratings-source.ts'
import { createImportProgress } from './terminal/import-progress.ts'
import { createProgress, type Progress } from './terminal/progress.ts'

interface Options {
  readonly download?: DatasetName
  readonly user?: string
  readonly item?: string
  readonly value?: string
  readonly time?: string
  readonly maxBad: number
  readonly json?: boolean
}

const program = new Command('npm run import --')
  .description('Imports ratings into Postgres: all of them or, on any error, none.')
  .argument('[path]', 'a file, a folder or zip archive of MovieLens, or - for standard input')
  .addOption(new Option('--download <name>', 'a MovieLens data set from GroupLens').choices(datasetNames))
  .option('--user <column>', 'the column of user ids')
  .option('--item <column>', 'the column of item ids')
  .option('--value <column>', 'the column of ratings; without one each rating counts 1')
  .option('--time <column>', 'the column of times: Unix seconds, milliseconds or ISO 8601')
  .option('--max-bad <lines>', 'how many malformed lines to pass over', parseCount, 0)
  .option('--json', 'print one JSON document on stdout, and nothing else there')
  .addHelpText(
    'after',
    `
Reads MovieLens 100K to 32M, CSV and TSV with a line of column names, JSON lines, and lists of items by user as LightGCN
has them; plain, gzip or zstd. Columns are guessed by their names unless they are given. Of two ratings of one user and
item the later holds; one without a time is older than any with one. Importing the same file again changes nothing.

--json prints { ratings, users, items, inserted, updated, unchanged, malformed, seconds }: ratings read, the users
and items they are of, pairs that are new, changed and as before, and lines passed over.

The database is the one in DATABASE_URL, else the checkout's own. Downloads are kept in PALATE_HOME/downloads.

Exit codes: 0 imported, 1 the database or something else failed, 2 the input cannot be read, 3 the download failed,
130 interrupted. Only 0 has changed anything.

Examples:
  npm run import -- --download ml-100k
  npm run import -- ml-25m/ratings.csv
  npm run import -- plays.tsv.gz --user listener --item track --value plays
  zcat log.jsonl.gz | npm run import -- - --max-bad 100 --json`,
  )
  .parse()

const options = program.opts<Options>()
const [path] = program.args
if ((path === undefined) === (options.download === undefined))
  program.error('error: give either a path (or -) or --download <name>')

const interruption = new AbortController()
const { signal } = interruption
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort())

try {
  const config = loadConfig()
  const source = path ?? (await download(options.download!, join(config.home, 'downloads')))
  const { report, malformed } = await importFrom(source, config)
  if (malformed.count > 0) console.error(describeMalformed(malformed))
  console.log(options.json ? JSON.stringify(report) : describeReport(report))
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error(signal.aborted ? 'Interrupted; nothing was changed.' : (error as Error).message)
  process.exitCode = exitCode(error)
}

async function download(name: DatasetName, folder: string): Promise<string> {
  let progress: Progress | undefined
  const onProgress = (bytes: number, total: number | undefined) => {
    progress ??= createProgress({ label: `Downloading ${name}`, unit: 'bytes', total })
    progress.update(bytes)
  }
  try {
    return await downloadDataset(name, { folder, signal, onProgress })
  } finally {
    progress?.finish()
  }
}

async function importFrom(
  from: string,
  config: Config,
): Promise<{ report: ImportReport; malformed: MalformedLines }> {
  const progress = createImportProgress()
  const { user, item, value, time, maxBad: maxMalformed } = options
  const columns = { user, item, value, time }
  const source = await openRatingsSource(from, { columns, maxMalformed, signal, onBytes: progress.onBytes })
  const { sql, close } = await openDatabase(config, (line) => console.error(line))
  try {
    progress.start(source.bytes)
    const report = await importRatings(sql, source, { signal, onProgress: progress.onProgress })
    return { report, malformed: source.malformed }
  } finally {
    progress.finish()
    await close()
  }
}

function describeReport({ ratings, users, items, seconds, ...pairs }: ImportReport): string {
  const [added, changed, same] = [pairs.inserted, pairs.updated, pairs.unchanged].map(formatCount)
  const what = `${counted(ratings, 'rating')} of ${counted(users, 'user')} on ${counted(items, 'item')}`
  return `${what} in ${formatSeconds(seconds)}: ${added} new, ${changed} changed, ${same} as before`
}

function describeMalformed({ count, lines }: MalformedLines): string {
  const more = count > lines.length ? [`… and ${formatCount(count - lines.length)} more`] : []
  return [
    `Passed over ${counted(count, 'malformed line')}:`,
    ...lines.map(describeMalformedLine),
    ...more,
  ].join('\n')
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

function exitCode(error: unknown): number {
  if (signal.aborted) return 130
  if (error instanceof RatingsInputError) return 2
  return error instanceof DownloadError ? 3 : 1
}

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return Number(text)
}
