// Ratings and items from wherever they lie and however they are written, a page at a time.
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

/** Ratings, and what is known of their items, ready to be read once. */
export interface RatingsSource {
  /** The file that holds the ratings, without its folder. */
  readonly name: string
  /** The size of that file as it lies there; undefined for a pipe. */
  readonly bytes: number | undefined
  /** Pages of ratings in the order of the file, each pair as often as it stands there. */
  ratings(): AsyncGenerator<Rating[]>
  /** Pages of items; none where no file describes them. */
  items(): AsyncGenerator<Item[]>
  readonly malformed: MalformedLines
}

export interface RatingsSourceOptions {
  readonly columns?: ColumnNames
  /** How many malformed lines are passed over; 0 unless given. */
  readonly maxMalformed?: number
  readonly signal?: AbortSignal
  /** Told how many bytes of the ratings file have been read. */
  readonly onBytes?: (bytes: number) => void
}

/** All the ways to write ratings, those first that are told for certain. */
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
 * perhaps an items file as MovieLens is published, or `-` for standard input.
 *
 * @throws RatingsInputError when there are none. Reading throws it too: for a text in no known format, for
 * one malformed line more than accepted, for damaged data, and for a file without ratings.
 */
export async function openRatingsSource(
  path: string,
  options: RatingsSourceOptions = {},
): Promise<RatingsSource> {
  const { ratings, items } = findRatingsFiles(await listDataFiles(path), path)
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
  if (isEmpty) throw new RatingsInputError(`${name} holds no rating`)
}

async function* nothing(): AsyncGenerator<never> {}
