import type { Sql } from '../db/database.ts'
import type { AvailabilityLimits } from './available-items.ts'

export interface FoundItem extends AvailabilityLimits {
  readonly title: string | null
}

/** Where a page ends: the length of its last title, 0 in a list of all items, and the id. */
export type ItemPosition = readonly [titleLength: number, itemId: string]

/**
 * At most `count` items whose titles have words that start with all words of `text`, short titles first, those after
 * `after`; before these the item whose id is `text`. Upper case and accents make no difference. Without a text all items
 * by id.
 */
export async function findItems(
  sql: Sql,
  text: string,
  after: ItemPosition | undefined,
  count: number,
): Promise<readonly FoundItem[]> {
  const columns = sql`id, title, hidden, available_from as "availableFrom", available_until as "availableUntil"`
  const [length, itemId] = after ?? [-1, '']
  if (text === '')
    return sql<FoundItem[]>`
      select ${columns} from items where id > ${itemId} order by id limit ${count}`
  // lexemes have no characters that a query would interpret
  const found = await sql<FoundItem[]>`
    select ${columns} from items
    where title is not null and palate_title_words(title) @@ (
      select string_agg(quote_literal(lexeme) || ':*', ' & ')::tsquery
      from unnest(tsvector_to_array(palate_title_words(${text}))) lexeme
    ) and (length(title), id) > (${length}, ${itemId}) and id <> ${text}
    order by length(title), id limit ${count}`
  if (after) return found
  const named = await sql<FoundItem[]>`select ${columns} from items where id = ${text}`
  return [...named, ...found]
}

/** The position of the last item of a page. */
export function positionOf({ id, title }: FoundItem, text: string): ItemPosition {
  // PostgreSQL counts code points
  return [text === '' ? 0 : [...(title ?? '')].length, id]
}
