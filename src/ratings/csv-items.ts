import { matchTable } from './csv-table.ts'
import { splitGenres, titledItem } from './movielens-items.ts'
import type { Item } from './rating.ts'
import { guess, itemColumnNames } from './rating-columns.ts'
import type { TextFormat } from './text-format.ts'

/**
 * A table with a column of item ids and optionally one of titles; `genres` is split at bars, other columns become
 * attributes of type text.
 */
export const csvItems: TextFormat<Item> = {
  name: 'CSV or TSV with a line of column names such as movieId,title,genres',
  match: (head, columns) =>
    matchTable(head, (names) => {
      const id = names.find((name) => name === columns.item) ?? guess(names, [...itemColumnNames, 'id'])
      const title = guess(names, titleColumnNames)
      return id === undefined ? undefined : (fields) => parseItem(names, fields, id, title)
    }),
}

const titleColumnNames = ['title', 'name', 'itemname', 'movietitle', 'productname', 'booktitle']

function parseItem(
  names: readonly string[],
  fields: readonly string[],
  id: string,
  title: string | undefined,
): Item | string {
  const texts = new Map(names.map((name, column) => [name, fields[column]!.trim().replaceAll('\0', '')]))
  const genres = texts.get('genres')
  const item = titledItem(
    fields[names.indexOf(id)]!.trim(),
    (title && texts.get(title)) ?? '',
    genres === undefined ? undefined : splitGenres(genres),
  )
  if (typeof item === 'string') return item
  const others = [...texts].filter(([name, text]) => ![id, title, 'genres'].includes(name) && text !== '')
  return { ...item, attributes: { ...Object.fromEntries(others), ...item.attributes } }
}
