import { likelyColumnNames } from './csv-table.ts'
import type { DataFile } from './data-file.ts'
import { decompressed } from './decompressed.ts'
import { clip, type MalformedLines, RatingsInputError } from './malformed-lines.ts'
import { peek } from './peek.ts'
import type { ColumnNames, TextFormat } from './text-format.ts'
import { readLines } from './text-lines.ts'

export interface ReadTextOptions {
  readonly columns?: ColumnNames | undefined
  readonly malformed: MalformedLines
  readonly signal?: AbortSignal | undefined
  /** Whether bytes that are not UTF-8 are read as Latin-1. */
  readonly latin1?: boolean
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
  { columns = {}, malformed, signal, latin1 = false, onBytes }: ReadTextOptions,
): AsyncGenerator<T[]> {
  const bytes = decompressed(counted(file.open(signal), onBytes), file.name)
  const { first, all, close } = await peek(readLines(bytes, file.name, { latin1 }))
  try {
    const head = (first?.lines ?? []).filter((line) => line.trim() !== '').slice(0, 20)
    if (head.length === 0) throw new RatingsInputError(`${file.name} is empty`)
    const reader = firstMatch(formats, head, columns)
    if (reader === undefined) throw new RatingsInputError(describeUnknown(file.name, formats, head, columns))
    yield* reader(all, malformed.reportIn(file.name))
  } finally {
    await close()
  }
}

function firstMatch<T>(formats: readonly TextFormat<T>[], head: readonly string[], columns: ColumnNames) {
  for (const format of formats) {
    const reader = format.match(head, columns)
    if (reader !== undefined) return reader
  }
  return undefined
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
  columns: ColumnNames,
): string {
  const names = likelyColumnNames(head)
  const asked = Object.entries(columns).flatMap(([column, name]) =>
    name === undefined ? [] : `${column} = ${name}`,
  )
  return [
    `${name} has an unknown format. Its first line is ${JSON.stringify(clip(head[0]!))}`,
    ...(names.length < 2 ? [] : [`As column names these are: ${names.map(clip).join(', ')}`]),
    ...(asked.length === 0 ? [] : [`Asked for: ${asked.join(', ')}`]),
    'Known formats:',
    ...formats.map((format) => `  ${format.name}`),
    'For a table with other column names, name its columns with --user, --item, --value and --time.',
  ].join('\n')
}
