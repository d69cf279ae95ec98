import type { SeekableFile } from './data-file.ts'
import type { ColumnOptions } from './rating-columns.ts'
import type { Reading, TakenColumns } from './text-format.ts'

/** A format of files that need random access. */
export interface BinaryFormat<T> {
  /** The value of `--format`. */
  readonly id: string
  /** Shown to users. */
  readonly name: string
  readonly dataSets?: readonly string[]
  /** The first bytes of every file in this format. */
  readonly magic: Uint8Array
  /**
   * How a file with these first bytes is read.
   *
   * @throws RatingsInputError when the file is damaged, when a column is missing, or when the columns cannot be told
   *   with certainty
   */
  open(file: SeekableFile, options: ColumnOptions): Promise<BinaryMatch<T>>
}

/** A format that fits, and what its columns are taken for. */
export interface BinaryMatch<T> extends TakenColumns {
  /** Pages of values in the order of the rows. A row counts as a line. */
  read(reading: Reading): AsyncGenerator<T[]>
}
