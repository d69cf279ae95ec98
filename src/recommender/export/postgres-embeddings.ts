import type { Database, Transaction } from '../../db/database.ts'
import { copyIn, copyLine } from '../../ratings/postgres-copy.ts'
import type { EmbeddingPage } from './embeddings.ts'

export type Embedded = 'users' | 'items'

/**
 * Writes pages into the table `user_embeddings` or `item_embeddings` in place of what it held of the model, all or
 * nothing. Embeddings are of the type `vector` where the server has pgvector, else `real[]`. Who is erased is erased
 * there too.
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
    // who is erased between reading and writing would break the reference
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

/** `vector` where pgvector is installed or may be. */
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

/** How the table, which may be older than pgvector here, writes a list of numbers. */
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
