import { type Command, InvalidArgumentError, Option } from 'commander'
import { loadConfig } from '../../src/config/config.ts'
import {
  type EventWeights,
  type KindNames,
  parseKindNames,
  starWeights,
} from '../../src/config/event-kinds.ts'
import { ratingsFormats } from '../../src/ratings/ratings-formats.ts'

/** The columns of a file of ratings. */
export function addColumnOptions(program: Command): Command {
  const formats = [...new Set(ratingsFormats.map(({ id }) => id))]
  return program
    .addOption(
      new Option('--format <name>', 'the format (default: recognized by the first lines)').choices(formats),
    )
    .option(
      '--user <column>',
      'the column of user ids: its name, or its number in a file without column names',
    )
    .option('--item <column>', 'the column of item ids')
    .option('--value <column>', 'the column of ratings')
    .option('--time <column>', 'the column of times: Unix seconds, milliseconds or ISO 8601')
    .option('--kind <column>', 'the column of kinds of events, such as view and purchase')
    .option(
      '--kinds <names>',
      'what values of that column stand for, as in addtocart=cart,save=bookmark:3.5: a kind, with a weight if it is your own',
      parseKinds,
    )
    .option('--implicit', 'no column has ratings: every row has the value 1')
}

/** The values of events that have none. */
export function configuredWeights(): EventWeights {
  return { ...starWeights, ...loadConfig().eventWeights }
}

/** @throws InvalidArgumentError when `text` does not name kinds. */
function parseKinds(text: string): KindNames {
  const kinds = parseKindNames(text)
  if (kinds === undefined)
    throw new InvalidArgumentError(
      'It must look like addtocart=cart,save=bookmark:3.5, with kinds in small letters.',
    )
  return kinds
}
