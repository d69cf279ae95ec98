import type { Sql } from '../../src/db/database.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import type { Protocol } from '../../src/splits/protocol.ts'
import { readRatings } from '../terminal/read-ratings.ts'

export interface DataOptions {
  readonly protocol: Protocol
  readonly ratings?: string
  readonly train?: string
  readonly test?: string
}

export interface Data {
  /** All ratings; for the predefined protocol those to train on. */
  readonly ratings: Interactions
  /** Those to judge by, for the predefined protocol. */
  readonly test?: Interactions
}

/** Whether the ratings come from the database. */
export function readsDatabase({ protocol, ratings }: DataOptions): boolean {
  return protocol !== 'predefined' && ratings === undefined
}

/**
 * The ratings that a protocol needs, from files or from the database.
 *
 * @throws RangeError when the options do not fit the protocol or the database has no ratings, and RatingsInputError
 *   when a file cannot be read.
 */
export async function readData(
  { protocol, ratings, train, test }: DataOptions,
  sql: Sql | undefined,
  signal: AbortSignal,
): Promise<Data> {
  if (protocol === 'predefined') {
    if (train === undefined || test === undefined || ratings !== undefined)
      throw new RangeError('The predefined protocol takes --train and --test, and no --ratings')
    return { ratings: await readRatings(train, signal), test: await readRatings(test, signal) }
  }
  if (train !== undefined || test !== undefined)
    throw new RangeError(`--train and --test belong to the predefined protocol; ${protocol} takes --ratings`)
  return { ratings: ratings === undefined ? await readStored(sql!) : await readRatings(ratings, signal) }
}

async function readStored(sql: Sql): Promise<Interactions> {
  const stored = await loadInteractions(sql)
  if (stored.matrix.values.length === 0)
    throw new RangeError(
      'The database holds no ratings; npm run import brings some, or name a file with --ratings',
    )
  return stored
}
