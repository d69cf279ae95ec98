import postgres from 'postgres'
import { keepLostTransactionsSilent } from './lost-transactions.ts'

/** The driver's tagged template over a pool of connections. It gives `bigint` as a number. */
export type Sql = postgres.Sql<{ bigint: number }>

/** What `sql.begin` hands to its callback. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>

/**
 * A pool of at most `connections` to the server at `url`, opened as they are needed. As in libpq, `?host=/folder` means
 * the Unix socket in that folder.
 *
 * @param longestStatement milliseconds after which the server ends a statement; 0 for never
 */
export function openPool(url: string, connections: number, longestStatement = 0): Sql {
  const [address, query = ''] = url.split('?')
  const parameters = new URLSearchParams(query)
  const host = parameters.get('host')
  parameters.delete('host')
  const sql = postgres(`${address}?${parameters}`, {
    ...(host && { host }),
    max: connections,
    // a connection that is alone holds locks of its session, which must not end with the driver's usual hour
    ...(connections === 1 && { max_lifetime: null }),
    connect_timeout: 10,
    // the driver's own grows to 20 seconds, by which a server that is back would still seem away
    backoff: (attempts: number) => Math.random() * Math.min(2 ** attempts / 20, 1),
    onnotice: () => {},
    connection: {
      application_name: 'palate',
      ...(longestStatement > 0 && { statement_timeout: longestStatement }),
    },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  })
  return keepLostTransactionsSilent(sql)
}

/** Another pool to the server of `sql`, as it is set. */
export function openPoolBeside({ options }: Sql, connections: number): Sql {
  const sql = postgres({ ...options, max: connections } as unknown as postgres.Options<{
    bigint: postgres.PostgresType<number>
  }>)
  return keepLostTransactionsSilent(sql)
}
