import { titledItem } from './movielens-items.ts'
import type { Item } from './rating.ts'
import { eachLine, mostLinesParse, type TextFormat } from './text-format.ts'

/**
 * movie_titles.csv or movie_titles.txt of the Netflix Prize: movie, year or NULL, and a title that may contain commas, without
 * quotes and in Latin-1.
 *
 *     12,1947,My Favorite Brunette, Restored
 */
export const netflixItems: TextFormat<Item> = {
  id: 'netflix',
  isLatin1: true,
  name: 'Netflix Prize movie_titles.csv, item,year,title',
  match: (head) =>
    mostLinesParse(head, parse)
      ? { columns: { id: '1', year: '2', title: '3' }, ignored: [], read: eachLine(parse) }
      : undefined,
}

function parse(line: string): Item | string {
  const [, id, year, title] = /^(\d+),(\d{4}|NULL),(.*)$/.exec(line) ?? []
  if (title === undefined) return 'expected a movie, its year or NULL, and its title, as in 17,1974,Title'
  const item = titledItem(id!, title)
  if (typeof item === 'string') return item
  return { ...item, attributes: year === 'NULL' ? {} : { year: Number(year) } }
}
