// The import of items, in two steps: the rows of the source are copied into the temporary table `staged_items`, which is
// then merged into `items`. The columns are those of the table, so that a new column needs no change here.
import { getTableColumns } from 'drizzle-orm'
import type { Transaction } from '../db/database.ts'
import { items } from '../db/schema.ts'
import { cancellable } from './cancellable.ts'
import { copyIn, copyLine } from './postgres-copy.ts'
import type { Item } from './rating.ts'
import type { RatingsSource } from './ratings-source.ts'

const columns = Object.entries(getTableColumns(items))
const others = columns.map(([, { name }]) => `"${name}"`).filter((name) => name !== `"${items.id.name}"`)
const allColumns = columns.map(([, { name }]) => `"${name}"`).join(', ')

export async function stageItems(
  transaction: Transaction,
  source: RatingsSource,
  signal: AbortSignal | undefined,
): Promise<void> {
  await cancellable(
    transaction`
      create temporary table staged_items (
        like items,
        line bigint generated always as identity
      ) on commit drop`,
    signal,
  )
  const lines = async function* () {
    for await (const page of source.items()) yield page.map(itemLine).join('')
  }
  const list = transaction.unsafe(allColumns)
  await copyIn(transaction, transaction`copy staged_items (${list}) from stdin`, lines())
}

/** Updates the columns of items; of two lines with the same item the later one is kept. */
export async function mergeItems(transaction: Transaction, signal: AbortSignal | undefined): Promise<void> {
  const list = transaction.unsafe(allColumns)
  const of = (row: string) => transaction.unsafe(others.map((name) => `${row}.${name}`).join(', '))
  await cancellable(
    transaction`
      insert into items (${list})
      select ${list}
      from (select distinct on (id) * from staged_items order by id, line desc) staged
      where not exists (
        select from items stored
        where stored.id = staged.id and row(${of('stored')}) is not distinct from row(${of('staged')})
      )
      order by id
      on conflict (id) do update set (${transaction.unsafe(others.join(', '))}) = row(${of('excluded')})`,
    signal,
  )
}

function itemLine(item: Item): string {
  const values = columns.map(([property, column]) => {
    const value = item[property as keyof Item] ?? column.default ?? null
    return value === null ? null : (column.mapToDriverValue(value) as string | number | boolean)
  })
  return copyLine(values)
}
