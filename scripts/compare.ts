// npm run compare
import { writeFile } from 'node:fs/promises'
import { Command, InvalidArgumentError } from 'commander'
import { howJudged, renderComparison } from '../src/experiments/comparison/comparison-page.ts'
import { modelNames } from '../src/models/models.ts'
import { formatSeconds } from '../src/pages/numbers.ts'
import { type CompareReport, type CompareScriptOptions, compare } from './compare/compare.ts'
import { addDataOptions } from './evaluate/data-options.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { formatMetrics } from './terminal/metrics-table.ts'
import { parseMetricList, parseSeed } from './terminal/option-values.ts'
import { formatTable } from './terminal/table.ts'

const program = addDataOptions(addBackendOptions(new Command('npm run compare --')), 'strong-generalization')
  .description('Trains models on the same ratings and compares what they do for the same users.')
  .requiredOption('--models <list>', `any of ${modelNames.join(', ')}`, (list) => list.split(','))
  .option('--seed <number>', 'seed of the split and of the first training', parseSeed, 1)
  .option('--seeds <number>', 'trainings of each model, with seeds that follow each other', parseSeeds, 1)
  .option('--metrics <list>', 'any of recall@R, recall-all@R, ndcg@R, rmse, mae', parseMetricList)
  .option('--report <path>', 'also write a page with plots')
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Pairs are tested on the differences of single users, with Holm's correction over all pairs; by rankings all of them,
by RMSE those that foretell ratings, where single ratings are held out.

Exit codes: 0 done, 1 it could not go on (the message says why), 130 interrupted.

Examples:
  npm run compare -- --models i-autorec,mult-vae,popularity --ratings ml-1m --report compared.html
  npm run compare -- --models mult-vae,ease --seeds 5 --split hash --json`,
  )
  .parse()

const abort = new AbortController()
process.once('SIGINT', () => abort.abort())

try {
  const {
    json,
    report: path,
    ...options
  } = program.opts<CompareScriptOptions & { json?: true; report?: string }>()
  const report = await compare(options, abort.signal)
  if (path !== undefined) await writeFile(path, renderComparison(report, subtitle(report)))
  console.log(json ? JSON.stringify(report) : describe(report))
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error(abort.signal.aborted ? 'Interrupted' : (error as Error).message)
  process.exitCode = abort.signal.aborted ? 130 : 1
}

function subtitle({ protocol, split, seeds, users, backend, seconds }: CompareReport): string {
  const count = (value: number) => value.toLocaleString('en-US')
  const drawn = split.rule === 'hash' ? 'hash' : `seed ${seeds[0]}`
  return `${protocol}, split by ${drawn}: ${count(users)} users judged on ${count(split.items)} items, ${count(split.trainRatings)} ratings to train on; seeds ${seeds.join(', ')}; ${backend}, ${formatSeconds(seconds)}.`
}

function describe(report: CompareReport): string {
  const { models, pairs, primary } = report
  return [
    subtitle(report),
    howJudged,
    '',
    formatMetrics(Object.fromEntries(models.map(({ name, metrics }) => [name, metrics]))),
    '',
    pairsTable(pairs, primary),
    ...(pairs.some(({ metric }) => metric === 'rmse') ? ['', pairsTable(pairs, 'rmse')] : []),
  ].join('\n')
}

function pairsTable(pairs: CompareReport['pairs'], shown: string): string {
  return formatTable(
    [`${shown}, pairs`, 'difference', '95 % interval', 'Holm p', 'first better', 'second better'],
    pairs
      .filter(({ metric }) => metric === shown)
      .map(({ a, b, difference, low, high, adjustedPValue, better, worse }) => [
        `${a} − ${b}`,
        difference.toFixed(4),
        `${low.toFixed(4)} … ${high.toFixed(4)}`,
        adjustedPValue.toPrecision(2),
        `${Math.round(100 * better)} %`,
        `${Math.round(100 * worse)} %`,
      ]),
  )
}

function parseSeeds(text: string): number {
  const seeds = parseSeed(text)
  if (seeds < 1 || seeds > 100) throw new InvalidArgumentError('It must be from 1 to 100.')
  return seeds
}
