import { adjacencyRatings } from './adjacency-ratings.ts'
import { csvItems } from './csv-items.ts'
import { csvRatings } from './csv-ratings.ts'
import { listDataFiles } from './data-files.ts'
import { findRatingsFiles } from './find-ratings-files.ts'
import { jsonlRatings } from './jsonl-ratings.ts'
import { createMalformedLines, type MalformedLines, RatingsInputError } from './malformed-lines.ts'
import { barItems, doubleColonItems } from './movielens-items.ts'
import { doubleColonRatings, spaceRatings, tabRatings } from './movielens-ratings.ts'
import type { Item, Rating } from './rating.ts'
import { readText } from './read-text.ts'
import type { ColumnNames, TextFormat } from './text-format.ts'

/** Ratings and the metadata of their items; can be read once. */
export interface RatingsSource {
  /** The name of the ratings file, without its folder. */
  readonly name: string
  /** The size of that file on disk; undefined for a pipe. */
  readonly bytes: number | undefined
  /** Pages of ratings in the order of the file, repeated pairs included. */
  ratings(): AsyncGenerator<Rating[]>
  /** Pages of items; none if there is no items file. */
  items(): AsyncGenerator<Item[]>
  readonly malformed: MalformedLines
}

export interface RatingsSourceOptions {
  readonly columns?: ColumnNames
  /** How many malformed lines are skipped; 0 by default. */
  readonly maxMalformed?: number
  /** Whether the symbolic links in a folder count as files; by default not. */
  readonly followSymlinks?: boolean
  readonly signal?: AbortSignal
  /** Called with the number of bytes read from the ratings file. */
  readonly onBytes?: (bytes: number) => void
}

/** All formats of ratings; the ones that are recognized with certainty come first. */
export const ratingsFormats: readonly TextFormat<Rating>[] = [
  jsonlRatings,
  doubleColonRatings,
  csvRatings,
  tabRatings,
  adjacencyRatings,
  spaceRatings,
]

const itemsFormats: readonly TextFormat<Item>[] = [doubleColonItems, barItems, csvItems]

/**
 * Opens the ratings at `path`: a file (plain, gzip or zstd), a folder or zip archive with a ratings file and
 * optionally an items file, as MovieLens is published, or `-` for standard input.
 *
 * @throws RatingsInputError when there is no ratings file. Reading throws it too: for an unknown format, for one
 * malformed line more than `maxMalformed`, for damaged data, and for a file without ratings.
 */
export async function openRatingsSource(
  path: string,
  options: RatingsSourceOptions = {},
): Promise<RatingsSource> {
  const { ratings, items } = findRatingsFiles(await listDataFiles(path, options.followSymlinks), path)
  const malformed = createMalformedLines(options.maxMalformed ?? 0)
  const { columns, signal, onBytes } = options
  return {
    name: ratings.name,
    bytes: ratings.bytes,
    ratings: () =>
      notEmpty(ratings.name, readText(ratings, ratingsFormats, { columns, malformed, signal, onBytes })),
    items: () =>
      items === undefined
        ? nothing()
        : readText(items, itemsFormats, { columns, malformed, signal, latin1: true }),
    malformed,
  }
}

async function* notEmpty(name: string, pages: AsyncIterable<Rating[]>): AsyncGenerator<Rating[]> {
  let isEmpty = true
  for await (const page of pages) {
    if (page.length === 0) continue
    isEmpty = false
    yield page
  }
  if (isEmpty) throw new RatingsInputError(`${name} contains no rating`)
}

async function* nothing(): AsyncGenerator<never> {}
