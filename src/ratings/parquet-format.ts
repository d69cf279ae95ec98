import type { BinaryFormat } from './binary-format.ts'
import { itemColumns } from './csv-items.ts'
import { clip, naming, RatingsInputError } from './malformed-lines.ts'
import { fieldText, parseRows, type Row, type RowParser, ratingRows } from './named-rows.ts'
import { openParquet } from './parquet-table.ts'
import type { Item, RatingEvent } from './rating.ts'
import type { ColumnOptions } from './rating-columns.ts'

/** Ratings in Parquet, with columns as in a CSV file. https://parquet.apache.org/docs/file-format */
export const parquetRatings = parquetFormat<RatingEvent>(
  'Parquet with columns such as userId, movieId, rating, timestamp',
  ratingRows,
)

/** Items in Parquet, with columns as in a CSV file; genres may also be a list. */
export const parquetItems = parquetFormat<Item>(
  'Parquet with columns such as movieId, title, genres',
  (names, _, options) => {
    const columns = itemColumns(names, options)
    if (columns === undefined) return undefined
    const { parse, ...taken } = columns
    return { ...taken, parse: (row) => parse(names.map((name) => fieldText(row[name]))) }
  },
)

type AcceptRows<T> = (
  names: readonly string[],
  head: readonly Row[],
  options: ColumnOptions,
) => RowParser<T> | undefined

function parquetFormat<T extends object>(name: string, accept: AcceptRows<T>): BinaryFormat<T> {
  return {
    id: 'parquet',
    name,
    magic: Buffer.from('PAR1'),
    open: async (file, options) => {
      const { names, head, pages } = await openParquet(file)
      const parser = naming(file.name, () => accept(names, head, options))
      if (parser === undefined)
        throw new RatingsInputError(
          `${file.name} has the columns ${names.map(clip).join(', ')}, and no known ones for the ids. Name the columns with --user, --item, --value and --time.`,
        )
      const { columns, ignored, unrated } = parser
      return {
        columns,
        ignored,
        ...(unrated !== undefined && { unrated }),
        async *read(reading) {
          let first = 1
          for await (const rows of pages(names.filter((column) => !ignored.includes(column)))) {
            yield parseRows(rows, first, parser, reading)
            first += rows.length
          }
        },
      }
    },
  }
}
