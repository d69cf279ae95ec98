// npm run results
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../src/config/config.ts'
import { type ResultsOptions, type ResultsReport, results } from './results/results.ts'
import { exitWith, UsageError } from './terminal/exit-codes.ts'
import { parseCount } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description: 'Evaluate every model on every data set that is found, and write docs/results.md with a plot.',
  notes: `
Data sets: ml-1m, ml-100k and ml-20m, as GroupLens publishes them, gzipped or not. Missing data sets are skipped. Each
run is one npm run evaluate in its own process. Its outcome is kept in PALATE_HOME, so that an interrupted command
continues and runs of other seeds or options are added to the page. Use --fresh after a change of the code. If a run
fails or no data set is found, the exit code is 1.`,
  examples: `
npm run results -- --data ~/movielens --quick
npm run results -- --data ~/movielens --seeds 5`,
}

const evaluate = [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'evaluate.ts')]

await runCommand(
  (signal) =>
    createCommand('results', description)
      .requiredOption('--data <folder>', 'folder with the data sets, each in a folder of its usual name')
      .option('--quick', 'one seed of the main rows', false)
      .option('--seeds <count>', 'seeds per row', parseCount, 5)
      .option('--fresh', 'repeat runs that have been measured before', false)
      .option(
        '--out <file>',
        'the page to write; its plots get its name with .svg and -training-times.svg',
        'docs/results.md',
      )
      .option('--json', 'print one JSON document on stdout')
      .action(
        async ({
          json,
          ...options
        }: Omit<ResultsOptions, 'kept' | 'evaluate'> & { readonly json?: boolean }) => {
          if (!existsSync(options.data))
            throw new UsageError(`There is no folder ${options.data}; name one with --data`)
          const report = await results(
            { ...options, kept: join(loadConfig().home, 'results'), evaluate },
            signal,
          )
          printResult({ document: report, text: formatReport(report) }, json)
          if (report.failed.length > 0 || report.measured + report.known === 0) exitWith('failed')
        },
      ),
  'Interrupted; finished runs are kept',
)

function formatReport({ page, measured, known, failed, leftOut }: ResultsReport): string {
  return [
    `${page}: ${measured} runs measured, ${known} reused`,
    ...failed.map(({ command, reason }) => `failed: ${command}\n  ${reason}`),
    ...(leftOut.length > 0 ? [`skipped, data not found: ${leftOut.join(', ')}`] : []),
  ].join('\n')
}
