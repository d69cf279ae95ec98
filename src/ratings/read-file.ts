import { likelyColumnNames } from './csv-table.ts'
import type { DataFile } from './data-file.ts'
import { decompressed } from './decompressed.ts'
import { clip, type MalformedLines, RatingsInputError } from './malformed-lines.ts'
import type { ColumnOptions } from './rating-columns.ts'
import type { Match, TakenColumns, TextFormat } from './text-format.ts'
import { readHead } from './text-head.ts'
import { type LineBlock, readLines } from './text-lines.ts'

/** How a file is read. */
export interface ReadAs extends Omit<TakenColumns, 'unrated'> {
  /** The name of the file, without its folder. */
  readonly file: string
  /** The name of its format. */
  readonly format: string
  /** The rows without a rating, if the format has such rows: their number so far, and which they are. */
  readonly unrated?: { readonly count: number; readonly reason: string }
}

export interface ReadFileOptions {
  readonly columns?: ColumnOptions | undefined
  readonly malformed: MalformedLines
  readonly signal?: AbortSignal | undefined
  /** Called once the format and the columns are known. */
  readonly onReadAs?: (as: ReadAs) => void
  /** Called with the number of bytes read from the file. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/**
 * Reads a file in the first of `formats` that matches its first lines, or in the one that the options name.
 *
 * @throws RatingsInputError when none matches, and the errors of the format and of the decompression.
 */
export async function* readFile<T>(
  file: DataFile,
  formats: readonly TextFormat<T>[],
  { columns = {}, malformed, signal, onReadAs = () => {}, onBytes }: ReadFileOptions,
): AsyncGenerator<T[]> {
  const bytes = decompressed(counted(file.open(signal), onBytes), file.name)
  const { lines: head, all, close } = await readHead(readLines(bytes, file.name))
  try {
    if (head.length === 0) throw new RatingsInputError(`${file.name} is empty`)
    const found = naming(file.name, () => firstMatch(candidates(formats, columns), head, columns))
    if (found === undefined) throw new RatingsInputError(describeUnknown(file.name, formats, head, columns))
    const [{ name: format, isLatin1 = false }, { columns: taken, ignored, unrated: reason, read }] = found
    const unrated = { count: 0, reason: reason ?? '' }
    onReadAs({ file: file.name, format, columns: taken, ignored, ...(reason !== undefined && { unrated }) })
    yield* read(isLatin1 ? asLatin1(all) : all, {
      file: file.name,
      malformed: malformed.reportIn(file.name),
      unrated: () => unrated.count++,
    })
  } finally {
    await close()
  }
}

function firstMatch<T>(
  formats: readonly TextFormat<T>[],
  head: readonly string[],
  columns: ColumnOptions,
): [TextFormat<T>, Match<T>] | undefined {
  for (const format of formats) {
    const match = format.match(head, columns)
    if (match !== undefined) return [format, match]
  }
  return undefined
}

/** The formats that a file may have. */
function candidates<T>(formats: readonly TextFormat<T>[], { format }: ColumnOptions) {
  if (format === undefined) return formats
  const named = formats.filter(({ id }) => id === format)
  if (named.length > 0) return named
  throw new RatingsInputError(`There is no format ${format}; npm run import -- --formats lists all formats`)
}

async function* asLatin1(blocks: AsyncIterable<LineBlock>): AsyncGenerator<LineBlock> {
  for await (const block of blocks) yield block.asLatin1()
}

/** Names the file in an error of its format. */
function naming<T>(file: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof RatingsInputError)) throw error
    throw new RatingsInputError(`${file}: ${error.message}`, { cause: error })
  }
}

async function* counted(bytes: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void = () => {}) {
  let count = 0
  for await (const chunk of bytes) {
    count += chunk.length
    onBytes(count)
    yield chunk
  }
}

function describeUnknown<T>(
  name: string,
  formats: readonly TextFormat<T>[],
  head: readonly string[],
  columns: ColumnOptions,
): string {
  const { format } = columns
  if (format !== undefined)
    return [
      `${name} is not in the format ${format}. Its first line is ${JSON.stringify(clip(head[0]!))}`,
      `The format is: ${candidates(formats, columns)
        .map((named) => named.name)
        .join('; or ')}`,
      'Without --format the format is recognized by the first lines.',
    ].join('\n')
  const names = likelyColumnNames(head)
  const asked = Object.entries(columns).flatMap(([column, name]) =>
    typeof name === 'string' ? `${column} = ${name}` : [],
  )
  return [
    `${name} has an unknown format. Its first line is ${JSON.stringify(clip(head[0]!))}`,
    ...(names.length < 2 ? [] : [`As column names these are: ${names.map(clip).join(', ')}`]),
    ...(asked.length === 0 ? [] : [`Asked for: ${asked.join(', ')}`]),
    'Known formats:',
    ...formats.map(({ name }) => `  ${name}`),
    'For a table with other column names, name its columns with --user, --item, --value and --time.',
    'For a table without column names, give their numbers: --user 1 --item 2 --value 3 --time 4.',
  ].join('\n')
}
