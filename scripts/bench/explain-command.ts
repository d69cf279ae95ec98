import type { Command } from 'commander'
import { parseCount } from '../terminal/option-values.ts'
import { formatTable } from '../terminal/table.ts'
import { benchExplanations, type ExplainBenchResult } from './explain.ts'

/** `npm run bench -- explain` */
export function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .description(
      'Measure explanations for a user with 1,600 ratings, alone and together with lists. The models have the size of MovieLens 1M.',
    )
    .option('--model <names>', 'models, separated by commas', defaultModels.join(','))
    .option('--rounds <count>', 'explanations per model', parseCount, 100)
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ model, rounds, json }: ExplainCommand) => {
      const report = (line: string) => console.error(line)
      const results = await benchExplanations({ models: model.split(','), rounds, report })
      console.log(json ? JSON.stringify(results) : format(results))
    })
}

interface ExplainCommand {
  readonly model: string
  readonly rounds: number
  readonly json?: boolean
}

const defaultModels = ['ease', 'i-autorec', 'u-autorec', 'mult-vae', 'rec-vae', 'ials', 'item-knn', 'blend']

function format(results: readonly ExplainBenchResult[]): string {
  const ms = (value: number) => value.toFixed(0)
  const statuses = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([status, count]) => `${count} × ${status}`)
      .join(', ')
  const head = [
    'model',
    'median ms',
    'p99 ms',
    'computing ms',
    'three at once',
    'lists meanwhile',
    'slowest list ms',
  ]
  const rows = results.map((result) => [
    result.model,
    ms(result.medianMs),
    ms(result.p99Ms),
    ms(result.cpuMs),
    statuses(result.explanations),
    statuses(result.lists),
    ms(result.slowestListMs),
  ])
  return formatTable(head, rows)
}
