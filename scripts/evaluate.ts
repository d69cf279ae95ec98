// npm run evaluate
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Metric, parseMetrics } from '../src/evaluation/metric.ts'
import { modelNames } from '../src/models/models.ts'
import { protocols, rules } from '../src/splits/protocol.ts'
import { type EvaluateOptions, type EvaluateReport, evaluate } from './evaluate/evaluate.ts'
import { formatMetrics } from './terminal/metrics-table.ts'
import { collectSetting, parseNumber, parseSeed } from './terminal/option-values.ts'
import { formatSeconds } from './terminal/progress.ts'

const program = new Command('npm run evaluate --')
  .description('Trains a model on a part of the ratings and measures how well it foretells the rest.')
  .requiredOption('--model <name>', modelNames.join(', '))
  .addOption(
    new Option('--protocol <protocol>', 'how the ratings are divided')
      .choices(protocols)
      .makeOptionMandatory(),
  )
  .option('--ratings <path>', 'file or folder with the ratings (default: those in the database)')
  .option('--train <path>', 'training ratings of the predefined protocol')
  .option('--test <path>', 'test ratings of the predefined protocol')
  .addOption(new Option('--split <rule>', 'how the held-out part is drawn').choices(rules).default('random'))
  .option('--seed <number>', 'seed of the split and of the training', parseSeed, 1)
  .option('--metrics <list>', 'any of recall@R, recall-all@R, ndcg@R, rmse, mae', parseMetricsOption)
  .option(
    '--positive-from <rating>',
    'rating from which on an item counts as liked (default: 4)',
    parseNumber,
  )
  .option('--set <name=value>', 'a hyperparameter; as often as needed', collectSetting, {})
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Protocols:
  random-holdout         foretells a tenth of the ratings
  strong-generalization  shows a part of what users never trained on have liked, and ranks the rest
  last-period            foretells each user's ratings of the last tenth, by time
  predefined             foretells the ratings of --test from those of --train
Popularity and user and item biases are measured beside the model. recall@R divides by min(R, liked items),
recall-all@R by all liked items.

Exit codes: 0 done, 1 it could not go on (the message says why), 130 interrupted.

Examples:
  npm run evaluate -- --model mult-vae --protocol strong-generalization --ratings ml-1m --split hash
  npm run evaluate -- --model i-autorec --protocol random-holdout --ratings ml-1m --set hidden=300 --json
  npm run evaluate -- --model i-autorec --protocol predefined --train u1.base --test u1.test --metrics rmse`,
  )
  .parse()

const abort = new AbortController()
process.once('SIGINT', () => abort.abort())

try {
  const { json, ...options } = program.opts<EvaluateOptions & { json?: boolean }>()
  const report = await evaluate(options, abort.signal)
  console.log(json ? JSON.stringify(report) : describe(report))
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error(abort.signal.aborted ? 'Interrupted' : (error as Error).message)
  process.exitCode = abort.signal.aborted ? 130 : 1
}

function describe({
  model,
  protocol,
  metrics,
  baselines,
  split,
  epochs,
  epochSeconds,
  ...report
}: EvaluateReport) {
  const count = (value: number) => value.toLocaleString('en-US')
  const trained = epochs === 0 ? 'computed at once' : `${epochs} epochs of ${formatSeconds(epochSeconds)}`
  return [
    `${model} by ${protocol}, split by ${split.rule === 'hash' ? 'hash' : `seed ${report.seed}`}`,
    `${count(split.users)} users, ${count(split.items)} items; ${count(split.trainRatings)} ratings to train on, ` +
      `${count(split.validationRatings)} to tune by, ${count(split.testRatings)} to judge by`,
    `${trained} on ${report.backend}, ${formatSeconds(report.seconds)} in all; liked from ${report.positiveFrom}`,
    '',
    formatMetrics({ [model]: metrics, ...baselines }),
  ].join('\n')
}

function parseMetricsOption(list: string): Metric[] {
  try {
    return parseMetrics(list)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
