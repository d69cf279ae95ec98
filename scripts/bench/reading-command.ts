import type { Command } from 'commander'
import { parseCount } from '../terminal/option-values.ts'
import { formatTable } from '../terminal/table.ts'
import { benchReading, type ReadingBenchResult } from './reading.ts'

/** `npm run bench -- reading` */
export function addReadingCommand(program: Command): void {
  program
    .command('reading')
    .description(
      'Measure reading a CSV file of ratings, and importing it, compared with a COPY of the same rows.',
    )
    .option('--ratings <count>', 'the number of ratings in the file', parseCount, 1_000_000)
    .option('--rounds <count>', 'rounds to take the median of', parseCount, 5)
    .option('--no-import', 'read only, without a database')
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ ratings, rounds, import: withImport, json }: ReadingCommand) => {
      const result = await benchReading({ ratings, rounds, withImport })
      console.log(json ? JSON.stringify(result) : format(result))
    })
}

interface ReadingCommand {
  readonly ratings: number
  readonly rounds: number
  readonly import: boolean
  readonly json?: boolean
}

function format({ megabytes, reading, importing }: ReadingBenchResult): string {
  const rows = [
    ['ratings of the file', reading.pages],
    ['with their matrix', reading.interactions],
  ].map(([name, speed]) => [String(name), Number(speed).toFixed(1)])
  const lines = [
    `a CSV file of ${megabytes.toFixed(0)} MB`,
    formatTable(['reading', 'MB per CPU second'], rows),
  ]
  if (importing === undefined) return lines.join('\n')
  const { importSeconds, copySeconds, ratio } = importing
  return [
    ...lines,
    `import ${importSeconds.toFixed(2)} s, COPY into the same table ${copySeconds.toFixed(2)} s; the import has ${Math.round(100 * ratio)} % of the speed of COPY`,
  ].join('\n')
}
