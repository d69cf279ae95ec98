import type { BinaryFormat } from './binary-format.ts'
import type { DataFile, SeekableFile } from './data-file.ts'
import { decompressed } from './decompressed.ts'
import { type MalformedLines, RatingsInputError } from './malformed-lines.ts'
import type { Page } from './page.ts'
import { peek } from './peek.ts'
import type { ColumnOptions } from './rating-columns.ts'
import { readText } from './read-text.ts'
import type { StartReading, TakenColumns, TextFormat } from './text-format.ts'

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

export type FileFormat<T> = TextFormat<T> | BinaryFormat<T>

/**
 * Reads a file in the first of `formats` that matches its start, or in the one that the options name.
 *
 * @throws RatingsInputError when none matches, and the errors of the format and of the decompression.
 */
export async function* readFile<T>(
  file: DataFile,
  formats: readonly FileFormat<T>[],
  options: ReadFileOptions,
): AsyncGenerator<Page<T>> {
  const { columns = {}, signal, onBytes = () => {} } = options
  const named = namedFormats(formats, columns)
  const start = createStart(file.name, options)
  const { first, all, close } = await peek(decompressed(counted(file.open(signal), onBytes), file.name))
  try {
    const binary = formats.filter(isBinary).find(({ magic }) => startsWith(first, magic))
    if (binary === undefined) {
      const texts = named.filter((format): format is TextFormat<T> => !isBinary(format))
      return yield* readText({ name: file.name, bytes: all }, texts, columns, start)
    }
    if (!named.includes(binary))
      throw new RatingsInputError(
        `${file.name} is a ${binary.id} file, and not in the format ${columns.format}`,
      )
    const seekable = await requireSeekable(file, binary)
    const match = await binary.open(counting(seekable, onBytes), columns)
    signal?.throwIfAborted()
    for await (const page of match.read(start(binary.name, match))) {
      signal?.throwIfAborted()
      yield page
    }
  } finally {
    await close()
  }
}

/** Starts to read `file` with these options. */
export function createStart(file: string, { malformed, onReadAs = () => {} }: ReadFileOptions): StartReading {
  return (format, { columns, ignored, unrated: reason }) => {
    const unrated = { count: 0, reason: reason ?? '' }
    onReadAs({ file, format, columns, ignored, ...(reason !== undefined && { unrated }) })
    return {
      file,
      malformed: malformed.reportIn(file),
      unrated: () => {
        unrated.count++
      },
    }
  }
}

/** The formats that a file may have. */
function namedFormats<T>(formats: readonly FileFormat<T>[], { format }: ColumnOptions) {
  if (format === undefined) return formats
  const named = formats.filter(({ id }) => id === format)
  if (named.length > 0) return named
  throw new RatingsInputError(`There is no format ${format}; npm run import -- --formats lists all formats`)
}

function isBinary<T>(format: FileFormat<T>): format is BinaryFormat<T> {
  return 'magic' in format
}

function startsWith(bytes: Uint8Array | undefined, magic: Uint8Array): boolean {
  return magic.every((byte, n) => bytes?.[n] === byte)
}

/** A compressed file starts with other bytes than what is compressed in it. */
async function requireSeekable<T>(
  { name, bytes, read }: DataFile,
  { id, magic }: BinaryFormat<T>,
): Promise<SeekableFile> {
  if (read !== undefined && bytes !== undefined && startsWith(await read(0, magic.length), magic))
    return { name, bytes, read }
  throw new RatingsInputError(
    `${name} has ${id} data, which needs random access: import it from an uncompressed file that is not in an archive, and not from standard input`,
  )
}

async function* counted(bytes: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void) {
  let count = 0
  for await (const chunk of bytes) {
    count += chunk.length
    onBytes(count)
    yield chunk
  }
}

function counting(file: SeekableFile, onBytes: (bytes: number) => void): SeekableFile {
  let count = 0
  return {
    ...file,
    read: (start, end) => {
      count += end - start
      onBytes(Math.min(count, file.bytes))
      return file.read(start, end)
    },
  }
}
