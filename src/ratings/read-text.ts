import { likelyColumnNames } from './csv-table.ts'
import type { DataFile } from './data-file.ts'
import { decompressed } from './decompressed.ts'
import { clip, type MalformedLines, RatingsInputError } from './malformed-lines.ts'
import type { ColumnOptions } from './rating-columns.ts'
import type { Match, TakenColumns, TextFormat } from './text-format.ts'
import { readHead } from './text-head.ts'
import { readLines } from './text-lines.ts'

/** How a file is read. */
export interface ReadAs extends TakenColumns {
  /** The name of the file, without its folder. */
  readonly file: string
  /** The name of its format. */
  readonly format: string
}

export interface ReadTextOptions {
  readonly columns?: ColumnOptions | undefined
  readonly malformed: MalformedLines
  readonly signal?: AbortSignal | undefined
  /** Whether bytes that are not UTF-8 are read as Latin-1. */
  readonly latin1?: boolean
  /** Called once the format and the columns are known. */
  readonly onReadAs?: (as: ReadAs) => void
  /** Called with the number of bytes read from the file. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/**
 * Reads a file in the first of `formats` that matches its first lines.
 *
 * @throws RatingsInputError when none matches, and the errors of the format and of the decompression.
 */
export async function* readText<T>(
  file: DataFile,
  formats: readonly TextFormat<T>[],
  { columns = {}, malformed, signal, latin1 = false, onReadAs = () => {}, onBytes }: ReadTextOptions,
): AsyncGenerator<T[]> {
  const bytes = decompressed(counted(file.open(signal), onBytes), file.name)
  const { lines: head, all, close } = await readHead(readLines(bytes, file.name, { latin1 }))
  try {
    if (head.length === 0) throw new RatingsInputError(`${file.name} is empty`)
    const match = naming(file.name, () => firstMatch(formats, head, columns))
    if (match === undefined) throw new RatingsInputError(describeUnknown(file.name, formats, head, columns))
    onReadAs({ file: file.name, format: match.format, columns: match.columns, ignored: match.ignored })
    yield* match.read(all, malformed.reportIn(file.name))
  } finally {
    await close()
  }
}

function firstMatch<T>(
  formats: readonly TextFormat<T>[],
  head: readonly string[],
  columns: ColumnOptions,
): (Match<T> & { format: string }) | undefined {
  for (const { name, match } of formats) {
    const matched = match(head, columns)
    if (matched !== undefined) return { ...matched, format: name }
  }
  return undefined
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
  const names = likelyColumnNames(head)
  const asked = Object.entries(columns).flatMap(([column, name]) =>
    typeof name === 'string' ? `${column} = ${name}` : [],
  )
  return [
    `${name} has an unknown format. Its first line is ${JSON.stringify(clip(head[0]!))}`,
    ...(names.length < 2 ? [] : [`As column names these are: ${names.map(clip).join(', ')}`]),
    ...(asked.length === 0 ? [] : [`Asked for: ${asked.join(', ')}`]),
    'Known formats:',
    ...formats.map((format) => `  ${format.name}`),
    'For a table with other column names, name its columns with --user, --item, --value and --time.',
    'For a table without column names, give their numbers: --user 1 --item 2 --value 3 --time 4.',
  ].join('\n')
}
