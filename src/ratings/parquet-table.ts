import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { decompress as unzstd } from 'fzstd'
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetScan,
  parquetSchema,
} from 'hyparquet'
import type { SeekableFile } from './data-file.ts'
import { RatingsInputError } from './malformed-lines.ts'
import type { Row } from './named-rows.ts'

/** The table in a Parquet file. */
export interface ParquetTable {
  /** The names of its columns. */
  readonly names: readonly string[]
  /** The first thousand rows, of the first row group. */
  readonly head: readonly Row[]
  /** All rows, with the columns `names`. One row group at a time is in memory. */
  pages(names: readonly string[]): AsyncGenerator<readonly Row[]>
}

/** @throws RatingsInputError when the file is damaged or needs what is not supported; `pages` throws it too. */
export async function openParquet(file: SeekableFile): Promise<ParquetTable> {
  const buffer = asyncBuffer(file)
  const metadata = await explaining(file.name, () => parquetMetadataAsync(buffer))
  const names = parquetSchema(metadata).children.map(({ element }) => element.name)
  const options = { file: buffer, metadata, compressors }
  const rowEnd = Math.min(headSize, Number(metadata.row_groups[0]?.num_rows ?? 0))
  const head =
    rowEnd === 0 ? [] : await explaining(file.name, () => parquetReadObjects({ ...options, rowEnd }))
  return {
    names,
    head,
    async *pages(columns) {
      for (const group of rowGroups(metadata)) {
        const read = await explaining(file.name, async () => {
          const scan = await parquetScan({ ...options, columns: [...columns] })
          return Promise.all(columns.map((column) => scan.readColumn({ ...group, column })))
        })
        yield* pagesOf(columns, read, group.rowEnd - group.rowStart)
      }
    },
  }
}

const headSize = 1000
const pageSize = 10_000

function* pagesOf(names: readonly string[], columns: readonly ArrayLike<unknown>[], rows: number) {
  for (let start = 0; start < rows; start += pageSize)
    yield Array.from({ length: Math.min(pageSize, rows - start) }, (_, n): Row => {
      const row: Record<string, unknown> = {}
      for (let column = 0; column < names.length; column++) row[names[column]!] = columns[column]![start + n]
      return row
    })
}

function rowGroups({ row_groups }: FileMetaData) {
  let rowStart = 0
  return row_groups
    .map(({ num_rows }) => {
      const group = { rowStart, rowEnd: rowStart + Number(num_rows) }
      rowStart = group.rowEnd
      return group
    })
    .filter((group) => group.rowEnd > group.rowStart)
}

function asyncBuffer({ bytes, read }: SeekableFile): AsyncBuffer {
  return {
    byteLength: bytes,
    slice: async (start, end = bytes) => {
      const part = await read(start < 0 ? bytes + start : start, end)
      return part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength) as ArrayBuffer
    },
  }
}

// hyparquet itself decompresses Snappy
const compressors: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
  ZSTD: (input, length) => unzstd(input, new Uint8Array(length)),
}

/** The reader's errors have no classes. */
async function explaining<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name === 'AbortError') throw cause
    throw new RatingsInputError(
      `${name} cannot be read as Parquet: ${cause.message}. Columns may be uncompressed, or compressed with Snappy, gzip, zstd or Brotli.`,
      { cause },
    )
  }
}
