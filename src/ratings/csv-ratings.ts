import { matchTable, type TableHead, type TableParser } from './csv-table.ts'
import { createPlainParser } from './plain-ratings.ts'
import type { RatingEvent } from './rating.ts'
import { type ColumnOptions, findColumns, takenOf } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import type { TextFormat } from './text-format.ts'
import { areColumnNames, isNameOfIds } from './usual-columns.ts'

/** Values separated by commas, tabs, semicolons or bars, after a line of column names. */
export const csvRatings: TextFormat<RatingEvent> = {
  id: 'csv',
  name: 'CSV or TSV with a line of column names such as userId,movieId,rating,timestamp',
  dataSets: ['MovieLens from 20M on', 'Amazon reviews 2023', 'HetRec', 'Retailrocket'],
  match: (head, options) => matchTable(head, (table) => parserOf(table, options)),
}

function parserOf(
  { names, sample }: TableHead,
  options: ColumnOptions,
): TableParser<RatingEvent> | undefined {
  const found = findColumns({ names, sample: (name) => sample(names.indexOf(name)) }, options)
  if (found === undefined) return undefined
  const [user, item, value, time, kind] = [found.user, found.item, found.value, found.time, found.kind].map(
    (name) => (name === undefined ? -1 : names.indexOf(name)),
  ) as [number, number, number, number, number]
  const parseRating = createRatingParser(options)
  return {
    ...takenOf(found, names),
    parse: (fields) =>
      parseRating(fields[user], fields[item], fields[value]?.trim(), fields[time]?.trim(), fields[kind]),
    ...(kind < 0 && {
      plainParser: (delimiter) =>
        createPlainParser({
          delimiter,
          width: names.length,
          columns: { user, item, value, time },
          isName: (id) => names.includes(id) || isNameOfIds(id),
        }),
    }),
    isHeader: (fields) => areColumnNames(fields[user], fields[item]),
  }
}
