import { type Command, Option } from 'commander'
import { type Protocol, protocols, rules } from '../../src/splits/protocol.ts'
import { parseNumber } from '../terminal/option-values.ts'

/**
 * The options of every script that divides ratings to judge by: which ratings, and how. A script without a default
 * protocol has one to be named.
 */
export function addDataOptions(program: Command, protocol?: Protocol): Command {
  const protocolOption = new Option('--protocol <protocol>', 'how the ratings are divided').choices(protocols)
  return program
    .addOption(protocol ? protocolOption.default(protocol) : protocolOption.makeOptionMandatory())
    .option('--ratings <path>', 'file or folder with the ratings (default: those in the database)')
    .option('--train <path>', 'training ratings of the predefined protocol')
    .option('--test <path>', 'test ratings of the predefined protocol')
    .addOption(
      new Option('--split <rule>', 'how the held-out part is drawn').choices(rules).default('random'),
    )
    .option(
      '--positive-threshold <rating>',
      'rating from which on an item counts as liked (default: 4)',
      parseNumber,
    )
}
