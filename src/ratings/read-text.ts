import { likelyColumnNames } from './csv-table.ts'
import { clip, naming, RatingsInputError } from './malformed-lines.ts'
import type { Page } from './page.ts'
import type { ColumnOptions } from './rating-columns.ts'
import type { Match, StartReading, TextFormat } from './text-format.ts'
import { readHead } from './text-head.ts'
import { type LineBlock, readLines } from './text-lines.ts'

/**
 * Reads a text in the first of `formats` that matches its first lines.
 *
 * @throws RatingsInputError when none matches, and the errors of the format and of the decompression.
 */
export async function* readText<T>(
  { name, bytes }: { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> },
  formats: readonly TextFormat<T>[],
  columns: ColumnOptions,
  start: StartReading,
): AsyncGenerator<Page<T>> {
  const { lines: head, all, close } = await readHead(readLines(bytes, name))
  try {
    if (head.length === 0) throw new RatingsInputError(`${name} is empty`)
    const found = naming(name, () => firstMatch(formats, head, columns))
    if (found === undefined) throw new RatingsInputError(describeUnknown(name, formats, head, columns))
    const [format, match] = found
    yield* match.read(format.isLatin1 ? asLatin1(all) : all, start(format.name, match))
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

async function* asLatin1(blocks: AsyncIterable<LineBlock>): AsyncGenerator<LineBlock> {
  for await (const block of blocks) yield block.asLatin1()
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
      ...formats.map((named) => `The format is: ${named.name}`),
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
