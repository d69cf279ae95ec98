import { type Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig } from '../../src/config/config.ts'
import { type Metric, metricNames, parseMetrics } from '../../src/evaluation/metric.ts'
import { loadRetrainingConfig } from '../../src/retraining/load-config.ts'
import { type Protocol, protocols, rules } from '../../src/splits/protocol.ts'
import { repeatedPairs } from '../../src/splits/split.ts'
import { addColumnOptions } from './column-options.ts'
import { parseNumber } from './option-values.ts'

/** The options for the ratings to evaluate on and their split. Without a default, --protocol is mandatory. */
export function addDataOptions(program: Command, protocol?: Protocol): Command {
  const protocolOption = new Option('--protocol <protocol>', 'how the ratings are split').choices(protocols)
  return addPositiveThreshold(addColumnOptions(program))
    .addOption(protocol ? protocolOption.default(protocol) : protocolOption.makeOptionMandatory())
    .option('--ratings <path>', 'file or folder with the ratings (default: those in the database)')
    .option('--train <path>', 'training ratings of the predefined protocol')
    .option('--test <path>', 'test ratings of the predefined protocol')
    .addOption(
      new Option('--split <rule>', 'how the held-out part is selected').choices(rules).default('random'),
    )
}

/** The option, by default as `palate.config.ts` and then POSITIVE_THRESHOLD have it. */
export function addPositiveThreshold(program: Command): Command {
  const key = 'positiveThreshold'
  return program
    .option(
      '--positive-threshold <rating>',
      'a rating from this value counts as positive (default: that of palate.config.ts, else POSITIVE_THRESHOLD, else decided by the data)',
      parseNumber,
    )
    .hook('preAction', async (command) => {
      if (command.getOptionValue(key) !== undefined) return
      const { positiveThreshold = loadConfig().positiveThreshold } = await loadRetrainingConfig()
      if (positiveThreshold !== undefined) command.setOptionValueWithSource(key, positiveThreshold, 'default')
    })
}

/** What the evaluations of trained models share. */
export function addEvaluationOptions(program: Command): Command {
  return program
    .option('--metrics <list>', `any of ${metricNames.join(', ')}`, parseMetricList)
    .addOption(
      new Option(
        '--repeated-pairs <rule>',
        'test ratings of the predefined protocol whose user and item have a training rating too',
      )
        .choices(repeatedPairs)
        .default('skip'),
    )
}

/** @throws InvalidArgumentError when `list` names an unknown metric. */
function parseMetricList(list: string): Metric[] {
  try {
    return parseMetrics(list)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
