// The driver numbers the rows of a result by connection, and starts again only when a statement completes: after an error
// between rows, such as a timeout, the next result on the connection begins with as many holes as rows had arrived.
import type { Sql } from './sql.ts'

/** The pool, whose results have no holes. Those of transactions have none, since `begin` completes before. */
export function keepResultsWhole(sql: Sql): Sql {
  return new Proxy(sql, {
    apply: (target, self, parameters) => repair(Reflect.apply(target, self, parameters)),
    get: (target, name) => {
      if (name !== 'unsafe') return Reflect.get(target, name)
      return (...parameters: Parameters<Sql['unsafe']>) => repair(target.unsafe(...parameters))
    },
  })
}

/** A call of the pool gives a query, which the driver resolves, or a part of one. */
function repair<T>(built: T): T {
  if (!(built instanceof Promise)) return built
  const query = built as unknown as { resolve(result: unknown): void }
  const { resolve } = query
  query.resolve = (result) => {
    if (Array.isArray(result)) removeHoles(result)
    resolve(result)
  }
  return built
}

function removeHoles(rows: unknown[]): void {
  if (rows.length === 0 || 0 in rows) return
  rows.splice(
    0,
    rows.findIndex((_, n) => n in rows),
  )
}
