import type { Database, Transaction } from '../../db/database.ts'
import { copyIn, copyLine } from '../../ratings/postgres-copy.ts'
import type { EmbeddingPage } from './embeddings.ts'

export type Embedded = 'users' | 'items'

/**
 * Replaces the model's rows in the table `user_embeddings` or `item_embeddings`, in one transaction. The type of the
 * columns is `vector` if the server has pgvector, else `real[]`. Erasing a user or item deletes its rows there too.
 *
 * @returns the number of rows
 */
export async function writeEmbeddings(
  { sql }: Pick<Database, 'sql'>,
  of: Embedded,
  { model, version }: { readonly model: string; readonly version: number },
  pages: AsyncIterable<EmbeddingPage>,
): Promise<number> {
  const table = of === 'users' ? 'user_embeddings' : 'item_embeddings'
  const id = of === 'users' ? 'user_id' : 'item_id'
  const type = await vectorType({ sql })
  return sql.begin(async (transaction) => {
    await transaction.unsafe(`
      create table if not exists ${table} (
        model text not null,
        version integer not null,
        ${id} text collate "C" not null references ${of} (id) on delete cascade,
        embedding ${type} not null,
        std ${type},
        primary key (${id}, model)
      )`)
    await transaction`delete from ${transaction(table)} where model = ${model}`
    // A user or item that was erased since it was read would violate the foreign key.
    await transaction.unsafe(
      `create temporary table embedded on commit drop as select * from ${table} with no data`,
    )
    await copyIn(
      transaction,
      transaction`copy embedded from stdin`,
      toLines(pages, await bracketsOf(transaction, table), [model, version]),
    )
    const { count } = await transaction.unsafe(
      `insert into ${table} select * from embedded where exists (select from ${of} where id = ${id})`,
    )
    return count
  })
}

/** `vector` if pgvector is installed or can be. */
async function vectorType({ sql }: Pick<Database, 'sql'>): Promise<'vector' | 'real[]'> {
  const [available] = await sql`select from pg_available_extensions where name = 'vector'`
  if (available === undefined) return 'real[]'
  try {
    await sql`create extension if not exists vector`
    return 'vector'
  } catch {
    return 'real[]'
  }
}

/** The brackets of the column's type; the table may have been created before pgvector was installed. */
async function bracketsOf(transaction: Transaction, table: string): Promise<readonly [string, string]> {
  const [column] = await transaction<[{ type: string }]>`
    select format_type(atttypid, null) as type from pg_attribute
    where attrelid = ${table}::regclass and attname = 'embedding'`
  return column.type === 'vector' ? ['[', ']'] : ['{', '}']
}

async function* toLines(
  pages: AsyncIterable<EmbeddingPage>,
  [open, close]: readonly [string, string],
  version: readonly [string, number],
): AsyncGenerator<string> {
  const list = (values: Float32Array) => `${open}${values.join()}${close}`
  for await (const { ids, embeddings } of pages)
    yield ids
      .map((id, n) => {
        const { mean, std } = embeddings[n]!
        return copyLine([...version, id, list(mean), std && list(std)])
      })
      .join('')
}
