import type { Command } from 'commander'

/** The columns of a file of ratings, for formats with column names. */
export function addColumnOptions(program: Command): Command {
  return program
    .option('--user <column>', 'the column of user ids')
    .option('--item <column>', 'the column of item ids')
    .option('--value <column>', 'the column of ratings; every rating is 1 without it')
    .option('--time <column>', 'the column of times: Unix seconds, milliseconds or ISO 8601')
}
