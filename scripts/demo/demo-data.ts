// The demo's ratings: those at a given path, else MovieLens 100K, else synthetic ratings.
import { basename, join, resolve } from 'node:path'
import { DownloadError, downloadDataset } from '../../src/ratings/download-dataset.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import type { Rating } from '../../src/ratings/rating.ts'
import { openRatingsSource, type RatingsSource } from '../../src/ratings/ratings-source.ts'

export interface DemoData {
  readonly name: string
  /** A source can be read once; each call opens a new one. */
  open(): Promise<RatingsSource>
}

/** @throws RatingsInputError if there are no ratings at `path` */
export async function chooseData(
  path: string | undefined,
  { home, log, signal }: { home: string; log: (line: string) => void; signal: AbortSignal },
): Promise<DemoData> {
  if (path !== undefined) {
    await openRatingsSource(path)
    return { name: basename(resolve(path)), open: () => openRatingsSource(path, { signal }) }
  }
  try {
    const archive = await downloadDataset('ml-100k', {
      folder: join(home, 'downloads'),
      signal: AbortSignal.any([signal, AbortSignal.timeout(downloadTimeoutMs)]),
    })
    return { name: 'ml-100k', open: () => openRatingsSource(archive, { signal }) }
  } catch (error) {
    if (signal.aborted || !(error instanceof DownloadError || (error as Error).name === 'TimeoutError'))
      throw error
    const isSlow = !(error instanceof DownloadError)
    log(isSlow ? 'MovieLens 100K could not be downloaded within a minute.' : error.message)
    log('The demo uses synthetic ratings of simulated users and items; --ratings names a file instead.')
    return { name: 'synthetic ratings', open: async () => plantedSource() }
  }
}

const downloadTimeoutMs = 60_000
const pageSize = 10_000

/** About as many users, items and ratings as MovieLens 100K has, with ids of the same form: 1, 2, 3 and so on. */
export function plantedSource(): RatingsSource {
  const world = createPlantedWorld({ users: 943, items: 1682, ratingsPerUser: 106, seed: 1 })
  return {
    name: 'synthetic ratings',
    bytes: undefined,
    async *ratings() {
      let page: Rating[] = []
      for (const rating of world.ratings()) {
        page.push({ ...rating, userId: rating.userId.slice(1), itemId: rating.itemId.slice(1) })
        if (page.length < pageSize) continue
        yield page
        page = []
      }
      if (page.length > 0) yield page
    },
    async *items() {
      yield world.items.map((item) => ({ ...item, id: item.id.slice(1) }))
    },
    malformed: createMalformedLines(0),
  }
}
