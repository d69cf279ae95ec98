import type { Interactions } from '../../src/interactions/interactions.ts'
import type { Protocol } from '../../src/splits/protocol.ts'
import { readRatings } from '../terminal/read-ratings.ts'

export interface DataOptions {
  readonly protocol: Protocol
  readonly ratings?: string
  readonly train?: string
  readonly test?: string
}

/**
 * The ratings that a protocol needs: training and test ratings for the predefined one, all ratings for the others.
 *
 * @throws RangeError when the options do not fit the protocol.
 */
export async function readData(
  { protocol, ratings, train, test }: DataOptions,
  signal: AbortSignal,
): Promise<{ readonly ratings: Interactions; readonly test?: Interactions }> {
  if (protocol === 'predefined') {
    if (train === undefined || test === undefined || ratings !== undefined)
      throw new RangeError('The predefined protocol takes --train and --test, and no --ratings')
    return { ratings: await readRatings(train, signal), test: await readRatings(test, signal) }
  }
  if (train !== undefined || test !== undefined)
    throw new RangeError(`--train and --test belong to the predefined protocol; ${protocol} takes --ratings`)
  if (ratings === undefined) throw new RangeError(`The ${protocol} protocol takes --ratings`)
  return { ratings: await readRatings(ratings, signal) }
}
