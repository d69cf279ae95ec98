import type { Sql } from '../../src/db/database.ts'
import type { ProtocolRatings } from '../../src/evaluation/evaluation-task.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import type { Protocol } from '../../src/splits/protocol.ts'
import type { RatingsFiles } from '../../src/tuning/rung-job.ts'
import { UsageError } from './exit-codes.ts'
import { readRatings } from './read-ratings.ts'

export interface DataOptions extends RatingsFiles {
  readonly protocol: Protocol
}

/** Whether the ratings come from the database. */
export function readsDatabase({ protocol, ratings }: DataOptions): boolean {
  return protocol !== 'predefined' && ratings === undefined
}

/**
 * The ratings that a protocol needs, from files or from the database.
 *
 * @throws UsageError if the options do not fit the protocol or there are no ratings in the database, RatingsInputError
 *   if a file cannot be read
 */
export async function readData(
  { protocol, ratings, train, test, ...options }: DataOptions,
  sql: Sql | undefined,
  signal: AbortSignal,
): Promise<ProtocolRatings> {
  const { format, user, item, value, time, kind, kinds, implicit } = options
  const columns = { format, user, item, value, time, kind, kinds, implicit }
  if (protocol === 'predefined') {
    if (train === undefined || test === undefined || ratings !== undefined)
      throw new UsageError('The predefined protocol takes --train and --test, and no --ratings')
    return {
      ratings: await readRatings(train, columns, signal),
      test: await readRatings(test, columns, signal),
    }
  }
  if (train !== undefined || test !== undefined)
    throw new UsageError(`--train and --test are for the predefined protocol; ${protocol} takes --ratings`)
  if (ratings !== undefined) return { ratings: await readRatings(ratings, columns, signal) }
  const named = Object.entries(columns).find(([, option]) => option !== undefined)
  if (named) throw new UsageError(`--${named[0]} is about a file of ratings; name the file with --ratings`)
  return { ratings: await loadStored(sql!) }
}

async function loadStored(sql: Sql): Promise<Interactions> {
  const stored = await loadInteractions(sql)
  if (stored.matrix.values.length === 0)
    throw new UsageError(
      'There are no ratings in the database; import some with npm run import, or name a file with --ratings',
    )
  return stored
}
