import { readInteractions } from '../../src/interactions/file-interactions.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import type { ColumnOptions } from '../../src/ratings/rating-columns.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import { configuredWeights } from './column-options.ts'
import { createProgress } from './progress.ts'

/**
 * The ratings of a file or folder as interactions, with progress on stderr.
 *
 * @throws RatingsInputError if they cannot be read
 */
export async function readRatings(
  path: string,
  columns: ColumnOptions,
  signal: AbortSignal,
): Promise<Interactions> {
  const source = await openRatingsSource(path, {
    columns: { ...columns, weights: configuredWeights() },
    signal,
    onBytes: (bytes) => progress.update(bytes),
  })
  const progress = createProgress({ label: `Reading ${source.name}`, unit: 'bytes', total: source.bytes })
  try {
    return await readInteractions(source.ratings())
  } finally {
    progress.finish()
  }
}
