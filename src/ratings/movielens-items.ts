// The two item formats of MovieLens without column names.
import { flawOfTitle } from './limits.ts'
import type { Item } from './rating.ts'
import { idFlaw } from './rating-fields.ts'
import { eachLine, mostLinesParse, type TextFormat } from './text-format.ts'

/** `item::title::genre|genre`, as in MovieLens 1M and 10M. */
export const doubleColonItems: TextFormat<Item> = {
  id: 'movielens-1m',
  isLatin1: true,
  name: 'MovieLens movies.dat, item::title::genre|genre',
  match: (head) =>
    mostLinesParse(head, parseDoubleColon)
      ? { columns: { id: '1', title: '2', genres: '3' }, ignored: [], read: eachLine(parseDoubleColon) }
      : undefined,
}

/** `item|title|release|video release|URL|` and a flag for each of 19 genres, as in MovieLens 100K. */
export const barItems: TextFormat<Item> = {
  id: 'movielens-100k',
  isLatin1: true,
  name: 'MovieLens u.item, item|title|release|video release|URL|19 genre flags',
  match: (head) =>
    mostLinesParse(head, parseBars)
      ? {
          columns: { id: '1', title: '2', genres: '6 to 24' },
          ignored: ['3', '4', '5'],
          read: eachLine(parseBars),
        }
      : undefined,
}

/** An item with a title, the year in the title, and its genres in order. */
export function titledItem(id: string, title: string, genres?: readonly string[]): Item | string {
  const flaw = idFlaw('item', id)
  if (flaw !== undefined) return flaw
  const titleFlaw = flawOfTitle(title)
  if (titleFlaw !== undefined) return `the title ${titleFlaw}`
  const year = yearOf(title)
  const attributes = { ...(genres && { genres }), ...(year === undefined ? {} : { year }) }
  return { id, title: title.trim().replaceAll('\0', '') || null, attributes }
}

/** The genres of `Action|Comedy`, or none for MovieLens' placeholder. */
export function splitGenres(text: string): readonly string[] {
  return text === '' || text === '(no genres listed)' ? [] : text.split('|')
}

/** The year of a title such as "Toy Story (1995)", "Dekalog (1989–1990)" or "Heidi Fleiss (1995) (TV)", if it has one. */
function yearOf(title: string): number | undefined {
  const last = [...title.matchAll(/\((\d{4})(?:\s*[-–]\s*\d{0,4})?\)/g)].at(-1)
  return last === undefined ? undefined : Number(last[1])
}

function parseDoubleColon(line: string): Item | string {
  const fields = line.split('::')
  if (fields.length < 3) return `expected 3 fields, found ${fields.length}`
  // a title may contain the separator
  return titledItem(fields[0]!.trim(), fields.slice(1, -1).join('::'), splitGenres(fields.at(-1)!.trim()))
}

function parseBars(line: string): Item | string {
  const fields = line.split('|')
  if (fields.length !== 5 + genresOf100k.length)
    return `expected ${5 + genresOf100k.length} fields, found ${fields.length}`
  const genres = genresOf100k.filter((_, genre) => fields[5 + genre]!.trim() === '1')
  return titledItem(fields[0]!.trim(), fields[1]!, genres)
}

// In the order of the flags, which is that of MovieLens 100K's u.genre.
const genresOf100k =
  "unknown Action Adventure Animation Children's Comedy Crime Documentary Drama Fantasy Film-Noir Horror Musical Mystery Romance Sci-Fi Thriller War Western".split(
    ' ',
  )
