// npm run results
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { loadConfig } from '../src/config/config.ts'
import { type ResultsOptions, type ResultsReport, results } from './results/results.ts'
import { parseCount } from './terminal/option-values.ts'

const program = new Command('npm run results --')
  .description(
    'Evaluates every model on every data set that it finds, and writes docs/results.md with a plot.',
  )
  .requiredOption('--data <folder>', 'folder with the data sets, each in a folder of its usual name')
  .option('--quick', 'one seed of the main rows', false)
  .option('--seeds <count>', 'seeds per row', parseCount, 5)
  .option('--fresh', 'repeat runs that have been measured before', false)
  .option('--out <file>', 'the page to write; its plot gets the same name with .svg', 'docs/results.md')
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Data sets: ml-1m, ml-100k and ml-20m, as GroupLens publishes them, gzipped or not. Missing data sets are skipped. Each
run is one npm run evaluate in its own process. Its outcome is kept in PALATE_HOME, so that an interrupted command
continues and runs of other seeds or options are added to the page. Use --fresh after a change of the code.

Exit codes: 0 all measured, 1 a run failed or no data set was found (see stderr), 130 interrupted.

Examples:
  npm run results -- --data ~/movielens --quick
  npm run results -- --data ~/movielens --seeds 5`,
  )
  .parse()

const abort = new AbortController()
process.once('SIGINT', () => abort.abort())

try {
  const { json, ...options } = program.opts<Omit<ResultsOptions, 'kept'> & { json?: boolean }>()
  if (!existsSync(options.data))
    throw new RangeError(`There is no folder ${options.data}; name one with --data`)
  const report = await results({ ...options, kept: join(loadConfig().home, 'results') }, abort.signal)
  console.log(json ? JSON.stringify(report) : formatReport(report))
  process.exitCode = report.failed.length > 0 || report.measured + report.known === 0 ? 1 : 0
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error(abort.signal.aborted ? 'Interrupted; finished runs are kept' : (error as Error).message)
  process.exitCode = abort.signal.aborted ? 130 : 1
}

function formatReport({ page, measured, known, failed, leftOut }: ResultsReport): string {
  return [
    `${page}: ${measured} runs measured, ${known} reused`,
    ...failed.map(({ command, reason }) => `failed: ${command}\n  ${reason}`),
    ...(leftOut.length > 0 ? [`skipped, data not found: ${leftOut.join(', ')}`] : []),
  ].join('\n')
}
