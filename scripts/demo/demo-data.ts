// What the demo learns from: the ratings that are named, else MovieLens 100K, else a world made up.
import { basename, join, resolve } from 'node:path'
import { DownloadError, downloadDataset } from '../../src/ratings/download-dataset.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import type { Rating } from '../../src/ratings/rating.ts'
import { openRatingsSource, type RatingsSource } from '../../src/ratings/ratings-source.ts'

export interface DemoData {
  readonly name: string
  /** Ready to be read once; each call opens it anew. */
  open(): Promise<RatingsSource>
}

/** @throws RatingsInputError when there are no ratings at `path` */
export async function chooseData(
  path: string | undefined,
  { home, say, signal }: { home: string; say: (line: string) => void; signal: AbortSignal },
): Promise<DemoData> {
  if (path !== undefined) {
    await openRatingsSource(path)
    return { name: basename(resolve(path)), open: () => openRatingsSource(path, { signal }) }
  }
  try {
    const archive = await downloadDataset('ml-100k', {
      folder: join(home, 'downloads'),
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    })
    return { name: 'ml-100k', open: () => openRatingsSource(archive, { signal }) }
  } catch (error) {
    if (signal.aborted || !(error instanceof DownloadError || (error as Error).name === 'TimeoutError'))
      throw error
    say(`MovieLens 100K cannot be downloaded: ${(error as Error).message}`)
    say('The demo goes on with a planted world: made-up users and items, whose ratings are NOT REAL.')
    return { name: 'planted world (not real)', open: async () => plantedSource() }
  }
}

const patience = 60_000 // milliseconds
const pageSize = 10_000

/** About as many users, items and ratings as MovieLens 100K has. */
function plantedSource(): RatingsSource {
  const world = createPlantedWorld({ users: 943, items: 1682, ratingsPerUser: 106, seed: 1 })
  return {
    name: 'planted world',
    bytes: undefined,
    async *ratings() {
      let page: Rating[] = []
      for (const rating of world.ratings()) {
        page.push(rating)
        if (page.length < pageSize) continue
        yield page
        page = []
      }
      if (page.length > 0) yield page
    },
    async *items() {
      yield [...world.items]
    },
    malformed: createMalformedLines(0),
  }
}
