import { matchTable, type TableParser } from './csv-table.ts'
import { flawOfAttributes } from './limits.ts'
import { splitGenres, titledItem } from './movielens-items.ts'
import type { Item } from './rating.ts'
import type { ColumnOptions } from './rating-columns.ts'
import { parseInstant } from './rating-time.ts'
import type { TextFormat } from './text-format.ts'
import { guess, itemColumnNames } from './usual-columns.ts'

/**
 * A table with a column of item ids and optionally columns of titles, genres and years, and of when an item may be
 * recommended: hidden, availableFrom, availableUntil. Genres are split at bars; other columns become attributes of type text.
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
  const found = {
    id,
    title: guess(names, titleColumnNames),
    genres: guess(names, ['genres']),
    year: guess(names, ['year']),
    hidden: guess(names, ['hidden']),
    availableFrom: guess(names, ['availablefrom']),
    availableUntil: guess(names, ['availableuntil']),
  }
  const others = names.filter((name) => name !== '' && !Object.values(found).includes(name))
  const columns = Object.entries({ ...found, attributes: others.join(', ') || undefined })
  return {
    columns: Object.fromEntries(
      columns.filter((column): column is [string, string] => column[1] !== undefined),
    ),
    ignored: names.filter((name) => name === ''),
    parse: (fields) =>
      parseItem(new Map(names.map((name, column) => [name, fields[column]!])), { ...found, others }),
  }
}

const titleColumnNames = ['title', 'name', 'itemname', 'movietitle', 'productname', 'booktitle']

interface ItemColumns {
  readonly id: string
  readonly title: string | undefined
  readonly genres: string | undefined
  readonly year: string | undefined
  readonly hidden: string | undefined
  readonly availableFrom: string | undefined
  readonly availableUntil: string | undefined
  readonly others: readonly string[]
}

function parseItem(
  fields: ReadonlyMap<string, string>,
  { id, title, genres, year, others, ...limits }: ItemColumns,
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
  const attributes = { ...Object.fromEntries(texts), ...item.attributes, ...yearOf(text(year)) }
  const flaw = flawOfAttributes(attributes)
  if (flaw !== undefined) return `the attributes ${flaw}`
  const availability = parseAvailability(fields, limits)
  if (typeof availability === 'string') return availability
  // what the table has no columns for, a stored item keeps
  const hasAttributes = [title, genres, year, ...others].some((name) => name !== undefined)
  return {
    id: item.id,
    ...(title !== undefined && { title: item.title }),
    ...(hasAttributes && { attributes }),
    ...availability,
  }
}

type Availability = Pick<Item, 'hidden' | 'availableFrom' | 'availableUntil'>

/** What the table has columns for. An empty field is no limit. */
function parseAvailability(
  fields: ReadonlyMap<string, string>,
  columns: Pick<ItemColumns, keyof Availability>,
): Availability | string {
  const availability: { -readonly [K in keyof Availability]: Availability[K] } = {}
  if (columns.hidden !== undefined) {
    const text = fields.get(columns.hidden)!.trim().toLowerCase()
    const hidden = hiddenTexts.get(text)
    if (hidden === undefined) return `hidden is ${JSON.stringify(text)}, neither true nor false`
    availability.hidden = hidden
  }
  for (const property of ['availableFrom', 'availableUntil'] as const) {
    if (columns[property] === undefined) continue
    const text = fields.get(columns[property])!.trim()
    const seconds = text === '' ? null : parseInstant(text)
    if (Number.isNaN(seconds))
      return `${property} is neither Unix time nor ISO 8601 from 1970 to 9999: ${JSON.stringify(text)}`
    availability[property] = seconds === null ? null : new Date(seconds * 1000)
  }
  const { availableFrom, availableUntil } = availability
  if (availableFrom && availableUntil && availableFrom >= availableUntil)
    return 'availableUntil must be later than availableFrom'
  return availability
}

const hiddenTexts = new Map([
  ...['', 'false', '0', 'no', 'f', 'n'].map((text) => [text, false] as const),
  ...['true', '1', 'yes', 't', 'y'].map((text) => [text, true] as const),
])

/** A year as a number, also where a program wrote it as 1949.0; any other text as it is. */
function yearOf(text: string): { year?: number | string } {
  if (text === '') return {}
  return { year: /^-?\d{1,4}(\.0)?$/.test(text) ? Number(text) : text }
}
