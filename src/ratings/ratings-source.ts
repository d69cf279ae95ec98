import { resolve } from 'node:path'
import type { DataFile } from './data-file.ts'
import { listDataFiles } from './data-files.ts'
import { findRatingsFiles } from './find-ratings-files.ts'
import { createMalformedLines, type MalformedLines, RatingsInputError } from './malformed-lines.ts'
import type { Page } from './page.ts'
import type { Item, RatingEvent } from './rating.ts'
import type { ColumnOptions } from './rating-columns.ts'
import { itemsFormats, ratingsFormats } from './ratings-formats.ts'
import { type ReadAs, type ReadFileOptions, readFile } from './read-file.ts'
import { nameOfParts, readParts } from './read-parts.ts'

/** Ratings and the metadata of their items; can be read once. */
export interface RatingsSource {
  /** The name of the ratings file, without its folder; of several parts that of the first. */
  readonly name: string
  /** The size on disk; undefined for a pipe. */
  readonly bytes: number | undefined
  /** Pages of ratings in the order of the file, repeated pairs included. */
  ratings(): AsyncGenerator<Page<RatingEvent>>
  /** Pages of items; none if there is no items file. */
  items(): AsyncGenerator<Page<Item>>
  readonly malformed: MalformedLines
}

/** A source of files, or of a query. */
export interface RatingsFilesSource extends RatingsSource {
  /** How its files are read, each once its reading has started. */
  readonly readAs: readonly ReadAs[]
  /** The names of the other files in the same folder or archive. */
  readonly unused: readonly string[]
}

export interface RatingsSourceOptions {
  readonly columns?: ColumnOptions
  /** The file of items: a path, or a name in the folder or archive; by default found by its name. */
  readonly items?: string | undefined
  /** How many malformed lines are skipped; 0 by default. */
  readonly maxMalformed?: number
  /** Whether the symbolic links in a folder count as files; by default not. */
  readonly followSymlinks?: boolean
  readonly signal?: AbortSignal
  /** Called with the number of bytes read of the ratings. */
  readonly onBytes?: (bytes: number) => void
}

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
): Promise<RatingsFilesSource> {
  const files = await listDataFiles(path, options.followSymlinks)
  const { ratings, items, unused } = findRatingsFiles(files, path, await itemsFile(options, files, path))
  const malformed = createMalformedLines(options.maxMalformed ?? 0)
  const readAs: ReadAs[] = []
  const { columns, signal, onBytes } = options
  const shared = { columns, malformed, signal, onReadAs: (as: ReadAs) => void readAs.push(as) }
  const name = nameOfParts(ratings)
  const bytes = ratings.map((part) => part.bytes)
  return {
    name,
    bytes: bytes.includes(undefined) ? undefined : bytes.reduce<number>((sum, size) => sum + size!, 0),
    ratings: () => notEmpty(name, readParts(ratings, ratingsFormats, { ...shared, onBytes })),
    items: () => readItems(items, shared),
    malformed,
    readAs,
    unused: unused.map(({ name }) => name),
  }
}

/** The items of the file that the options name, for ratings that come from no file. */
export async function openItems({
  items,
  followSymlinks = false,
  ...options
}: Omit<RatingsSourceOptions, 'onBytes'> & ReadFileOptions): Promise<RatingsSource['items']> {
  const file = await itemsFile({ items, followSymlinks })
  return () => readItems(file, options)
}

function readItems(file: DataFile | undefined, options: ReadFileOptions): AsyncGenerator<Page<Item>> {
  if (file === undefined) return nothing()
  return readFile(file, itemsFormats, { ...options, columns: { ...options.columns, format: undefined } })
}

/** The file of items that the options name. */
async function itemsFile(
  { items, followSymlinks }: RatingsSourceOptions,
  files: readonly DataFile[] = [],
  folder = '.',
): Promise<DataFile | undefined> {
  if (items === undefined) return undefined
  const named = files.find(({ name }) => name === items || resolve(folder, name) === resolve(items))
  if (named !== undefined) return named
  const found = await listDataFiles(items, followSymlinks)
  if (found.length !== 1)
    throw new RatingsInputError(`${items} is not one file; --items names a file of items`)
  return found[0]
}

/** @throws RatingsInputError after the pages if they have no rating */
export async function* notEmpty(
  name: string,
  pages: AsyncIterable<Page<RatingEvent>>,
): AsyncGenerator<Page<RatingEvent>> {
  let isEmpty = true
  for await (const page of pages) {
    if (page.length === 0) continue
    isEmpty = false
    yield page
  }
  if (isEmpty) throw new RatingsInputError(`${name} contains no rating`)
}

async function* nothing(): AsyncGenerator<never> {}
