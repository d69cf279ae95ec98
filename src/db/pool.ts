import postgres from 'postgres'
import { addArrayTypes } from './array-types.ts'
import { keepLostTransactionsSilent } from './lost-transactions.ts'
import type { Sql } from './sql.ts'

/**
 * A pool of at most `connections` to the server at `url`, opened on demand. As in libpq, `?host=/folder` means
 * the Unix socket in that folder.
 *
 * @param statementTimeoutMs the server cancels a statement after this time; 0 for no timeout
 */
export function openPool(url: string, connections: number, statementTimeoutMs = 0): Sql {
  const [address, query = ''] = url.split('?')
  const parameters = new URLSearchParams(query)
  const host = parameters.get('host')
  parameters.delete('host')
  const sql = postgres(`${address}?${parameters}`, {
    ...(host && { host }),
    max: connections,
    // a single connection may hold locks of its session, which the driver's default lifetime of an hour would release
    ...(connections === 1 && { max_lifetime: null }),
    connect_timeout: 10,
    // the driver's default grows to 20 seconds, which delays the return after a restart of the server
    backoff: (attempts: number) => Math.random() * Math.min(2 ** attempts / 20, 1),
    onnotice: () => {},
    connection: {
      application_name: 'palate',
      ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs }),
    },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    fetch_types: false,
  })
  addArrayTypes(sql)
  return keepLostTransactionsSilent(sql as Sql)
}

/** Another pool with the options of `sql`. */
export function openPoolBeside({ options }: Sql, connections: number): Sql {
  const sql = postgres({ ...options, max: connections } as unknown as postgres.Options<{
    bigint: postgres.PostgresType<number>
  }>)
  return keepLostTransactionsSilent(sql as Sql)
}
