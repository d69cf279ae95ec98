import { matchTable, type TableParser } from './csv-table.ts'
import { splitGenres, titledItem } from './movielens-items.ts'
import type { Item } from './rating.ts'
import type { ColumnOptions } from './rating-columns.ts'
import type { TextFormat } from './text-format.ts'
import { guess, itemColumnNames } from './usual-columns.ts'

/**
 * A table with a column of item ids and optionally columns of titles, genres and years. Genres are split at bars; other
 * columns become attributes of type text.
 */
export const csvItems: TextFormat<Item> = {
  id: 'csv',
  isLatin1: true,
  name: 'CSV or TSV with a line of column names such as movieId,title,genres',
  match: (head, options) => matchTable(head, ({ names }) => itemColumns(names, options)),
}

/** How rows of items are parsed; undefined without a column of ids. */
export function itemColumns(names: readonly string[], options: ColumnOptions): TableParser<Item> | undefined {
  const id = names.find((name) => name === options.item) ?? guess(names, [...itemColumnNames, 'id'])
  if (id === undefined) return undefined
  const [title, genres, year] = [titleColumnNames, ['genres'], ['year']].map((usual) => guess(names, usual))
  const others = names.filter((name) => name !== '' && ![id, title, genres, year].includes(name))
  const columns = Object.entries({ id, title, genres, year, attributes: others.join(', ') || undefined })
  return {
    columns: Object.fromEntries(
      columns.filter((column): column is [string, string] => column[1] !== undefined),
    ),
    ignored: names.filter((name) => name === ''),
    parse: (fields) =>
      parseItem(new Map(names.map((name, column) => [name, fields[column]!])), {
        id,
        title,
        genres,
        year,
        others,
      }),
  }
}

const titleColumnNames = ['title', 'name', 'itemname', 'movietitle', 'productname', 'booktitle']

interface ItemColumns {
  readonly id: string
  readonly title: string | undefined
  readonly genres: string | undefined
  readonly year: string | undefined
  readonly others: readonly string[]
}

function parseItem(
  fields: ReadonlyMap<string, string>,
  { id, title, genres, year, others }: ItemColumns,
): Item | string {
  const text = (name: string | undefined) =>
    name === undefined ? '' : fields.get(name)!.trim().replaceAll('\0', '')
  const item = titledItem(
    fields.get(id)!,
    text(title),
    genres === undefined ? undefined : splitGenres(text(genres)),
  )
  if (typeof item === 'string') return item
  const texts = others.map((name) => [name, text(name)] as const).filter(([, value]) => value !== '')
  // the year in a title is often that of an edition, or part of the title
  return { ...item, attributes: { ...Object.fromEntries(texts), ...item.attributes, ...yearOf(text(year)) } }
}

/** A year as a number, also where a program wrote it as 1949.0; any other text as it is. */
function yearOf(text: string): { year?: number | string } {
  if (text === '') return {}
  return { year: /^-?\d{1,4}(\.0)?$/.test(text) ? Number(text) : text }
}
