// npm run import -- <file, folder or ->
import { Option } from 'commander'
import { type DatasetName, datasetNames } from '../src/ratings/download-dataset.ts'
import { formatImport } from './import/format.ts'
import { formatFormats } from './import/format-formats.ts'
import { formatPreview } from './import/format-preview.ts'
import { type ImportOptions, importFrom, type Origin, previewFrom } from './import/import-ratings.ts'
import { addColumnOptions } from './terminal/column-options.ts'
import { UsageError } from './terminal/exit-codes.ts'
import { parseCountFromZero } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

interface Options extends ImportOptions {
  readonly download?: DatasetName
  readonly from?: string
  readonly sql?: string
  readonly formats?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

const description = {
  description: 'Import ratings into Postgres: all of them or, after an error, none.',
  notes: `
Formats: those that --formats lists, recognized by the first lines; plain, gzip or zstd. Columns are detected by their
names unless options name them. If a user rated an item twice, the later rating counts; a rating without a time is older
than any with one. Importing the same file again changes nothing.

The result states which column was taken for what, which were ignored, the range of the values, and whether they are
ratings on a scale or quantities. What is not certain is refused; the message names the option that settles it.

--json prints { batch, ratings, users, items, inserted, updated, unchanged, malformed, seconds, files, unused, values }:
the id of the batch for npm run imports; the number of ratings read, of their users and items, of new, changed and
unchanged user-item pairs, and of skipped lines; each file with its format and its columns, and the names of the files
that were not used; and { lowest, highest, distinct, feedback, positiveThreshold } of the values.

--sql sends one select to the server of --from, in a read-only transaction; its columns are found by their names.

--dry-run reads everything, compares it with the database, and prints the counts, the first ten ratings as they were
understood, a histogram of the values, and warnings; with --json as { dryRun, …, sample, histogram, warnings }.

The database is the one in DATABASE_URL, else the embedded one. Downloads are kept in PALATE_HOME/downloads. Only exit
code 0 means that anything was changed.`,
  examples: `
npm run import -- --download ml-100k
npm run import -- ml-25m/ratings.csv
npm run import -- plays.tsv.gz --user listener --item track --value plays
npm run import -- --from postgres://reader@db.example.com/shop --sql 'select user_id, item_id, stars as rating from reviews'
zcat log.jsonl.gz | npm run import -- - --max-bad 100 --json`,
}

await runCommand(
  (signal) =>
    addColumnOptions(
      createCommand('import', description)
        .argument('[path]', 'a file, a MovieLens folder or zip archive, or - for standard input')
        .addOption(
          new Option('--download <name>', 'a MovieLens data set from GroupLens').choices(datasetNames),
        ),
    )
      .option('--from <url>', 'the PostgreSQL server of --sql, as postgres://user@host:5432/database')
      .option('--sql <query>', 'import the rows of a query on the server of --from')
      .option('--items <file>', 'a file of items: a path, or a name in the folder or archive')
      .option('--max-bad <lines>', 'how many malformed lines may be skipped', parseCountFromZero, 0)
      .option('--formats', 'list the formats of ratings, and import nothing')
      .option('--dry-run', 'change nothing, and print what an import would do')
      .option('--follow-symlinks', 'also read the symbolic links in a folder')
      .option('--json', 'print one JSON document on stdout')
      .action(
        async (
          path: string | undefined,
          { download, from, sql, formats, dryRun, json, ...options }: Options,
        ) => {
          if (formats) return printResult(formatFormats(), json)
          const origin = originOf({ path, download, from, sql })
          if (dryRun) printResult(formatPreview(await previewFrom(origin, options, signal)), json)
          else printResult(formatImport(await importFrom(origin, options, signal)), json)
        },
      ),
  'Interrupted; nothing was changed.',
)

interface OriginOptions {
  readonly path: string | undefined
  readonly download: DatasetName | undefined
  readonly from: string | undefined
  readonly sql: string | undefined
}

/** @throws UsageError unless exactly one origin is given */
function originOf({ path, download, from, sql }: OriginOptions): Origin {
  if ((from === undefined) !== (sql === undefined))
    throw new UsageError('--sql <query> is sent to the server of --from <url>; give both')
  if ([path, download, sql].filter((origin) => origin !== undefined).length !== 1)
    throw new UsageError(
      'Give either a path (or -), or --download <name>, or --from <url> with --sql <query>',
    )
  if (path !== undefined) return { path }
  if (download !== undefined) return { download }
  return { query: { url: from!, sql: sql! } }
}
