import type postgres from 'postgres'

/** The driver's tagged template over a pool of connections. It gives `bigint` as a number. */
export type Sql = postgres.Sql<{ bigint: number }>

/** The argument of the callback of `sql.begin`. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>
