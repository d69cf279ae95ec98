import type { Command } from 'commander'
import { parseCount, parseCountFromZero } from '../terminal/option-values.ts'
import { formatTable } from '../terminal/table.ts'
import { benchCatalog, type CatalogBenchResult, requireCatalogMemory } from './catalog.ts'
import type { ServedSearch } from './serve/serve-version.ts'

/** `npm run bench -- catalog` */
export function addCatalogCommand(program: Command): void {
  program
    .command('catalog')
    .description(
      'Import, train and serve synthetic ratings of catalogs of several sizes, with exact and with approximate search.',
    )
    .option('--items <counts>', 'sizes of the catalog', parseCounts, [10_000, 30_000, 100_000, 300_000])
    .option('--users <count>', 'number of users', parseCount, 20_000)
    .option('--ratings-per-user <count>', 'ratings of an average user', parseCount, 20)
    .option(
      '--training-users <count>',
      'users whose ratings the model is trained on, for one epoch; 0 for random weights',
      parseCountFromZero,
      5_000,
    )
    .option('--hidden <count>', 'hidden units of the model', parseCount, 200)
    .option('--connections <count>', 'number of concurrent connections', parseCount, 64)
    .option('--seconds <count>', 'duration of each measurement', parseCount, 8)
    .option('--json', 'print one JSON document on stdout')
    .addHelpText('after', help)
    .action(async ({ items: sizes, json, ...options }: CatalogCommand) => {
      const report = (line: string) => console.error(line)
      for (const items of sizes) requireCatalogMemory({ ...options, items, report })
      const results: CatalogBenchResult[] = []
      for (const items of sizes) results.push(await benchCatalog({ ...options, items, report }))
      console.log(json ? JSON.stringify(results) : format(results))
    })
}

const help = `
Groups of 500 items; a user takes four in five ratings from three groups. A million users take minutes to import:

  npm run bench -- catalog --items 30000 --users 2000 --training-users 1000 --seconds 2
  npm run bench -- catalog --users 1000000
  npm run bench -- catalog --items 1000000 --users 1000000 --training-users 0`

interface CatalogCommand {
  readonly items: readonly number[]
  readonly users: number
  readonly ratingsPerUser: number
  readonly trainingUsers: number
  readonly hidden: number
  readonly connections: number
  readonly seconds: number
  readonly json?: boolean
}

function format(results: readonly CatalogBenchResult[]): string {
  const costs = results.map((result) => [
    count(result.items),
    seconds(result.importSeconds),
    mib(result.databaseBytes),
    seconds(result.trainingSeconds),
    mib(result.artifactBytes),
    seconds(result.fitSeconds),
    result.retrieval ? String(result.retrieval.dimensions) : '–',
    result.retrieval ? result.retrieval.recall.toFixed(4) : '–',
  ])
  const served = results.flatMap(({ items, exact, approximate }) => [
    row(items, 'exact', exact),
    ...(approximate ? [row(items, 'approximate', approximate)] : []),
  ])
  return [
    formatTable(
      [
        'items',
        'import s',
        'database MiB',
        'training s',
        'artifact MiB',
        'fit s',
        'dimensions',
        'recall@100',
      ],
      costs,
    ),
    formatTable(
      [
        'items',
        'search',
        'requests/s',
        'CPU µs/request',
        'p50 ms at half',
        'p99 ms at half',
        'errors',
        'memory MiB',
      ],
      served,
    ),
  ].join('\n\n')
}

function row(items: number, search: string, served: ServedSearch): string[] {
  const { requestsPerSecond, cpuMicrosecondsPerRequest, halfOfPeak, errors, rssBytes } = served
  return [
    ...[count(items), search, count(requestsPerSecond), count(cpuMicrosecondsPerRequest)],
    ...[halfOfPeak.p50.toFixed(1), halfOfPeak.p99.toFixed(1), String(errors), mib(rssBytes)],
  ]
}

function parseCounts(text: string): number[] {
  return text.split(',').map(parseCount)
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function seconds(value: number): string {
  return value.toFixed(1)
}

function mib(bytes: number): string {
  return count(bytes / 2 ** 20)
}
