import { readInteractions } from '../../src/interactions/file-interactions.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import type { ColumnNames } from '../../src/ratings/text-format.ts'
import { createProgress } from './progress.ts'

/**
 * The ratings of a file or folder as interactions, with progress on stderr.
 *
 * @throws RatingsInputError if they cannot be read
 */
export async function readRatings(
  path: string,
  columns: ColumnNames,
  signal: AbortSignal,
): Promise<Interactions> {
  const source = await openRatingsSource(path, {
    columns,
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
