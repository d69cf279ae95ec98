import type { DataFile } from './data-file.ts'
import { RatingsInputError } from './malformed-lines.ts'

/** The files of ratings among `files`, and the file that describes the items, if there is one. */
export interface RatingsFiles {
  /** One file, or the parts of one data set in their order. */
  readonly ratings: readonly DataFile[]
  readonly items: DataFile | undefined
  readonly unused: readonly DataFile[]
}

/**
 * Finds the ratings and items files by the names that published data sets use, compressed or not. A single file
 * contains the ratings, whatever its name.
 *
 * @param itemsFile the file of items, if an option names it
 * @throws RatingsInputError when no file name matches, with the names that were found.
 */
export function findRatingsFiles(
  files: readonly DataFile[],
  place: string,
  itemsFile?: DataFile,
): RatingsFiles {
  const candidates = files.filter((file) => file !== itemsFile)
  const ratings =
    candidates.length === 1 ? candidates : (first(candidates, ratingsNames) ?? partsOf(candidates))
  if (ratings.length === 0)
    throw new RatingsInputError(
      `${place} contains no ratings file. Looked for u.data, ratings.dat, ratings.csv and the like; found ${nameAll(files)}`,
    )
  const others = candidates.filter((file) => !ratings.includes(file))
  const items = itemsFile ?? first(others, itemsNames)?.[0]
  return { ratings, items, unused: others.filter((file) => file !== items) }
}

const packed = '(\\.(gz|zst))?$'
const ratingsNames = [
  /^u\.data/,
  /^ratings\.dat/,
  /^ratings\.(csv|tsv)/,
  /^ratings\.(jsonl|ndjson)/,
  /^ratings\.parquet/,
  /^ratings.*\.(dat|csv|tsv|jsonl|ndjson|parquet)/,
  /^user_artists\.dat/,
  /^user_ratedmovies-timestamps\.dat/,
  /^BX-Book-Ratings\.csv/,
  /^goodreads_interactions.*\.(csv|json)/,
  /^yelp_academic_dataset_review\.json/,
  /^events\.csv/,
  /^behaviors\.tsv/,
].map(({ source }) => new RegExp(source + packed))
const itemsNames = [
  /^u\.item/,
  /^movies\.dat/,
  /^(movies|items)\.(csv|tsv|parquet)/,
  /^movie_titles\.(csv|txt)/,
  /^news\.tsv/,
].map(({ source }) => new RegExp(source + packed))

// Data sets that are published in several files: Netflix, Jester, and what Spark writes.
const partsNames = [/^combined_data_\d+\.txt/, /^mv_\d+\.txt/, /^jester-data-\d\.csv/, /^part-\d+/]

/** The first file that has one of the names. */
function first(files: readonly DataFile[], names: readonly RegExp[]): [DataFile] | undefined {
  const found = names.flatMap((name) => files.filter((file) => name.test(file.name)))
  return found[0] && [found[0]]
}

/** All files with names of the same kind. */
function partsOf(files: readonly DataFile[]): readonly DataFile[] {
  const parts = partsNames.map((name) => files.filter((file) => name.test(file.name)))
  const found = parts.find((part) => part.length > 0) ?? []
  return found.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

function nameAll(files: readonly DataFile[]): string {
  const names = files.map(({ name }) => name)
  if (names.length === 0) return 'no file at all'
  return names.length > 12
    ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`
    : names.join(', ')
}
