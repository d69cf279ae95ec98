import type postgres from 'postgres'

/**
 * The driver's tagged template over a pool of connections. It gives `bigint` as a number. Without a query of the array types
 * (see `addArrayTypes`), its `reserve` would never get a connection that is still to be opened, and its `array` knows no type.
 */
export type Sql = postgres.Sql<{ bigint: number }> & { readonly reserve: never; readonly array: never }

/** The argument of the callback of `sql.begin`. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>

/** A part of a statement, as a template of `Sql` gives it. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>
