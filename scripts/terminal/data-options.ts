import { type Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig } from '../../src/config/config.ts'
import { type Metric, metricNames, parseMetrics } from '../../src/evaluation/metric.ts'
import { type Protocol, protocols, rules } from '../../src/splits/protocol.ts'
import { repeatedPairs } from '../../src/splits/split.ts'
import { addColumnOptions } from './column-options.ts'
import { parseNumber } from './option-values.ts'

/** The options for the ratings to evaluate on and their split. Without a default, --protocol is mandatory. */
export function addDataOptions(program: Command, protocol?: Protocol): Command {
  const option = positiveThresholdOption()
  const { positiveThreshold } = loadConfig()
  const protocolOption = new Option('--protocol <protocol>', 'how the ratings are split').choices(protocols)
  return addColumnOptions(program)
    .addOption(protocol ? protocolOption.default(protocol) : protocolOption.makeOptionMandatory())
    .option('--ratings <path>', 'file or folder with the ratings (default: those in the database)')
    .option('--train <path>', 'training ratings of the predefined protocol')
    .option('--test <path>', 'test ratings of the predefined protocol')
    .addOption(
      new Option('--split <rule>', 'how the held-out part is selected').choices(rules).default('random'),
    )
    .addOption(positiveThreshold === undefined ? option : option.default(positiveThreshold))
}

export function positiveThresholdOption(): Option {
  return new Option(
    '--positive-threshold <rating>',
    'a rating from this value counts as positive (default: POSITIVE_THRESHOLD, else decided by the data)',
  ).argParser(parseNumber)
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
