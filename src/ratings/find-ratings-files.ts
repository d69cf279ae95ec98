import type { DataFile } from './data-file.ts'
import { RatingsInputError } from './malformed-lines.ts'

/** The file of ratings among `files`, and the file that describes the items, if there is one. */
export interface RatingsFiles {
  readonly ratings: DataFile
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
  const ratings = candidates.length === 1 ? candidates[0] : first(candidates, ratingsNames)
  if (ratings === undefined)
    throw new RatingsInputError(
      `${place} contains no ratings file. Looked for u.data, ratings.dat, ratings.csv and the like; found ${nameAll(files)}`,
    )
  const others = candidates.filter((file) => file !== ratings)
  const items = itemsFile ?? first(others, itemsNames)
  return { ratings, items, unused: others.filter((file) => file !== items) }
}

const packed = '(\\.(gz|zst))?$'
const ratingsNames = [
  /^u\.data/,
  /^ratings\.dat/,
  /^ratings\.(csv|tsv)/,
  /^ratings\.(jsonl|ndjson)/,
  /^ratings.*\.(dat|csv|tsv|jsonl|ndjson)/,
].map(({ source }) => new RegExp(source + packed))
const itemsNames = [/^u\.item/, /^movies\.dat/, /^(movies|items)\.(csv|tsv)/].map(
  ({ source }) => new RegExp(source + packed),
)

function first(files: readonly DataFile[], names: readonly RegExp[]): DataFile | undefined {
  const found = names.flatMap((name) => files.filter((file) => name.test(file.name)))
  return found[0]
}

function nameAll(files: readonly DataFile[]): string {
  const names = files.map(({ name }) => name)
  if (names.length === 0) return 'no file at all'
  return names.length > 12
    ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`
    : names.join(', ')
}
