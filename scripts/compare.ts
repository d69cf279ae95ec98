// npm run compare
import { writeFile } from 'node:fs/promises'
import { InvalidArgumentError } from 'commander'
import { renderComparison } from '../src/evaluation/comparison/comparison-page.ts'
import { modelNames } from '../src/models/models.ts'
import { type CompareOptions, compare } from './compare/compare.ts'
import { formatComparison, subtitleOf } from './compare/format.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { addConfigFile } from './terminal/config-file.ts'
import { addDataOptions, addEvaluationOptions } from './terminal/data-options.ts'
import { parseOutputFile, parseSeed } from './terminal/option-values.ts'
import { csvOption, printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

interface Options extends CompareOptions {
  readonly report?: string
  readonly json?: true
  readonly csv?: true
}

const description = {
  description: 'Train models on the same ratings and compare them on the same users.',
  notes: `
Pairs are tested on the differences of each user, with Holm's correction over all pairs: all models by their rankings,
and models that predict ratings also by RMSE if single ratings are held out. The pairs are printed for the first ranking
metric of --metrics, by default ndcg@100; the report and --json have them for all.`,
  examples: `
npm run compare -- --models i-autorec,mult-vae,popularity --ratings ml-1m --report compared.html
npm run compare -- --models mult-vae,ease --seeds 5 --split hash --json`,
}

await runCommand((signal) =>
  addConfigFile(
    addEvaluationOptions(
      addDataOptions(addBackendOptions(createCommand('compare', description)), 'strong-generalization'),
    ),
  )
    .requiredOption('--models <list>', `any of ${modelNames.join(', ')}`, (list) => list.split(','))
    .option('--seed <number>', 'seed of the split and of the first training', parseSeed, 1)
    .option('--seeds <number>', 'how often to train each model, with consecutive seeds', parseSeeds, 1)
    .option('--no-baselines', 'do not evaluate popularity and bias besides')
    .option('--report <path>', 'also write a page with plots', parseOutputFile)
    .option('--json', 'print one JSON document on stdout')
    .addOption(csvOption())
    .action(async ({ json, csv, report: path, ...options }: Options) => {
      const report = await compare(options, signal)
      if (path !== undefined)
        await writeFile(path, renderComparison(report, subtitleOf(report), report.worseThanBaselines))
      printResult(formatComparison(report), json, csv)
    }),
)

function parseSeeds(text: string): number {
  const seeds = parseSeed(text)
  if (seeds < 1 || seeds > 100) throw new InvalidArgumentError('It must be from 1 to 100.')
  return seeds
}
