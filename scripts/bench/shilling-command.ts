import { type Command, InvalidArgumentError } from 'commander'
import { collectSetting, parseCount, parseShare } from '../terminal/option-values.ts'
import { readRatings } from '../terminal/read-ratings.ts'
import { RepeatableOption } from '../terminal/repeatable-option.ts'
import { formatTable } from '../terminal/table.ts'
import { type AttackEffect, benchShilling, type ShillingResult } from './shilling.ts'

/** `npm run bench -- shilling` */
export function addShillingCommand(program: Command): void {
  program
    .command('shilling')
    .description(
      'Measure how well fake users are detected, and what they change with and without quarantine.',
    )
    .requiredOption('--ratings <path>', 'file or folder with the ratings of real users')
    .option('--profiles <shares>', 'fake users, as shares of the real ones', parseShares, [0.01, 0.03, 0.1])
    .option(
      '--fillers <shares>',
      'filler items of a fake user, as shares of the items',
      parseShares,
      [0.03, 0.1],
    )
    .option('--targets <count>', 'attacked items per setting', parseCount, 3)
    .option('--model <name>', 'the model to train without the attack, with it, and with quarantine')
    .addOption(
      new RepeatableOption('--set <name=value>', 'a hyperparameter of the model')
        .argParser(collectSetting)
        .default({}),
    )
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ ratings: path, json, ...options }: ShillingCommand) => {
      const { matrix: ratings } = await readRatings(path, {}, new AbortController().signal)
      const report = (line: string) => console.error(line)
      const results = await benchShilling({ ...options, ratings, report })
      console.log(json ? JSON.stringify(results) : format(results))
    })
}

interface ShillingCommand {
  readonly ratings: string
  readonly profiles: readonly number[]
  readonly fillers: readonly number[]
  readonly targets: number
  readonly model?: string
  readonly set: object
  readonly json?: boolean
}

/** @throws InvalidArgumentError when a part is not a number between 0 and 1. */
function parseShares(text: string): number[] {
  try {
    return text.split(',').map(parseShare)
  } catch {
    throw new InvalidArgumentError('It must be numbers between 0 and 1, separated by commas.')
  }
}

function format(results: readonly ShillingResult[]): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const effect = (measured: readonly number[] | undefined, digits: number) =>
    measured?.map((value) => value.toFixed(digits)) ?? []
  const reduction = ([before, attacked, after]: readonly number[]) =>
    attacked === before ? '' : percent(1 - (after! - before!) / (attacked! - before!))
  const effects = ({ prediction, hitRate }: AttackEffect) => [
    effect(prediction, 3).join(' → '),
    prediction ? reduction(prediction) : '',
    effect(hitRate, 4).join(' → '),
    reduction(hitRate),
  ]
  return formatTable(
    [
      'attack',
      'profiles',
      'fillers',
      'AUC',
      'of the distance',
      'detected',
      'real users flagged',
      ...(results.some((result) => result.effect)
        ? ['prediction: none → attack → quarantine', 'shift reduced by', 'hit rate@10', 'reduced by']
        : []),
    ],
    results.map((result) => [
      result.type,
      percent(result.profiles),
      percent(result.fillers),
      result.auc.toFixed(4),
      result.aucOfDistance.toFixed(4),
      percent(result.detected),
      percent(result.flaggedReal),
      ...(result.effect ? effects(result.effect) : []),
    ]),
  )
}
