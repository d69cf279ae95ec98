import { matchTable } from './csv-table.ts'
import { splitGenres, titledItem } from './movielens-items.ts'
import type { Item } from './rating.ts'
import { guess, itemColumnNames } from './rating-columns.ts'
import type { TextFormat } from './text-format.ts'

/**
 * A table with a column of item ids and one of titles; `genres` is split at bars, other columns are kept as
 * texts.
 */
export const csvItems: TextFormat<Item> = {
  name: 'CSV or TSV with a line of column names such as movieId,title,genres',
  match: (head, asked) =>
    matchTable(head, (names) => {
      const id = names.find((name) => name === asked.item) ?? guess(names, [...itemColumnNames, 'id'])
      const title = guess(names, ['title', 'name', 'itemname', 'movietitle', 'productname', 'booktitle'])
      return id === undefined || title === undefined
        ? undefined
        : (fields) => parseItem(names, fields, id, title)
    }),
}

function parseItem(
  names: readonly string[],
  fields: readonly string[],
  id: string,
  title: string,
): Item | string {
  const field = (name: string) => fields[names.indexOf(name)]!.trim()
  const others = names.filter(
    (name) => name !== id && name !== title && name !== 'genres' && field(name) !== '',
  )
  const item = titledItem(
    field(id),
    field(title),
    names.includes('genres') ? splitGenres(field('genres')) : undefined,
  )
  if (typeof item === 'string') return item
  const attributes = Object.fromEntries(others.map((name) => [name, field(name).replaceAll('\0', '')]))
  return { ...item, attributes: { ...attributes, ...item.attributes } }
}
