// Writes items: those of an import, which are copied into the temporary table `staged_items`, and those of a request.
// An item is sent as JSON by the names of the columns, so that a new column needs no change here.
import { getTableColumns } from 'drizzle-orm'
import { cancellable } from '../db/cancellable.ts'
import type { Sql, Transaction } from '../db/database.ts'
import { items } from '../db/schema.ts'
import type { SavedItems } from './item-catalog.ts'
import { copyIn, copyLine } from './postgres-copy.ts'
import type { Item } from './rating.ts'
import type { RatingsSource } from './ratings-source.ts'
import { retryingConflicts } from './retrying-conflicts.ts'

const columns = Object.entries(getTableColumns(items))
const others = columns.map(([, { name }]) => `"${name}"`).filter((name) => name !== `"${items.id.name}"`)
const defaults = JSON.stringify(
  Object.fromEntries(
    columns.filter(([, column]) => column.hasDefault).map(([, column]) => [column.name, column.default]),
  ),
)

export async function stageItems(
  transaction: Transaction,
  source: RatingsSource,
  signal: AbortSignal | undefined,
): Promise<void> {
  await cancellable(
    transaction`
      create temporary table staged_items (
        line bigint generated always as identity,
        id text collate "C" not null,
        item jsonb not null
      ) on commit drop`,
    signal,
  )
  const lines = async function* () {
    for await (const page of source.items())
      yield page.map((item) => copyLine([item.id, JSON.stringify(rowOf(item))])).join('')
  }
  await copyIn(transaction, transaction`copy staged_items (id, item) from stdin`, lines())
}

export async function mergeItems(transaction: Transaction, signal: AbortSignal | undefined): Promise<void> {
  await cancellable(insertItems(transaction, stagedItems(transaction)), signal)
  await cancellable(updateItems(transaction, stagedItems(transaction)), signal)
}

/** Of two lines with the same item the later one is kept. */
function stagedItems(transaction: Transaction) {
  return transaction`select distinct on (id) id, item from staged_items order by id, line desc`
}

type Rows = ReturnType<typeof stagedItems>

/** Of two changes of the same item the later one is applied last. */
export function saveItems(sql: Sql, changes: readonly Item[]): Promise<SavedItems> {
  const rows = new Map<string, Record<string, unknown>>()
  for (const change of changes) rows.set(change.id, { ...rows.get(change.id), ...rowOf(change) })
  const text = JSON.stringify([...rows.values()])
  return retryingConflicts(() =>
    sql.begin(async (transaction) => {
      const given = () => transaction`
        select item ->> 'id' as id, item from jsonb_array_elements(${text}::text::jsonb) item order by 1`
      const { count: inserted } = await insertItems(transaction, given())
      const { count: updated } = await updateItems(transaction, given())
      return { inserted, updated, unchanged: changes.length - inserted - updated }
    }),
  )
}

function insertItems(transaction: Transaction, rows: Rows) {
  return transaction`
    insert into items
    select added.* from (${rows}) given, jsonb_populate_record(null::items, ${defaults}::text::jsonb || item) added
    on conflict (id) do nothing`
}

/** Changes the columns that the JSON of an item has. Rows are locked in order, so that two writers do not deadlock. */
function updateItems(transaction: Transaction, rows: Rows) {
  const list = transaction.unsafe(others.join(', '))
  return transaction`
    update items set (${list}) = (select ${list} from jsonb_populate_record(items, changed.item))
    from (
      select stored.id, item
      from (${rows}) given join items stored on stored.id = given.id
      where stored is distinct from jsonb_populate_record(stored, item)
      order by stored.id for no key update of stored
    ) changed
    where items.id = changed.id`
}

/** By column name; without the properties that the item does not have. */
function rowOf(item: Item): Record<string, unknown> {
  return Object.fromEntries(
    columns.flatMap(([property, { name }]) => {
      const value = item[property as keyof Item]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
