import postgres from 'postgres'
import { addArrayTypes } from './array-types.ts'
import { keepLostTransactionsSilent } from './lost-transactions.ts'
import type { Session } from './session.ts'
import type { Sql } from './sql.ts'
import { keepResultsWhole } from './whole-results.ts'

/**
 * A pool of at most `connections` to the server at `url`, opened on demand. As in libpq, `?host=/folder` means
 * the Unix socket in that folder.
 */
export function openPool(url: string, connections: number, { settings, isPooled }: Session): Sql {
  const { address, options } = addressOf(url)
  const sql = postgres(address, {
    ...options,
    max: connections,
    connect_timeout: 10,
    // the driver's default grows to 20 seconds, which delays the return after a restart of the server
    backoff: (attempts: number) => Math.random() * Math.min(2 ** attempts / 20, 1),
    onnotice: () => {},
    // the session of the next statement may be another, which has not prepared it
    prepare: !isPooled,
    connection: { application_name: 'palate', ...settings },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
    fetch_types: false,
  })
  addArrayTypes(sql)
  const whole = keepResultsWhole(sql as Sql)
  return keepLostTransactionsSilent(isPooled ? oneAtATime(whole) : whole)
}

/** What the driver takes for a URL: it does not know `?host=/folder`. */
export function addressOf(url: string): {
  readonly address: string
  readonly options: { readonly host?: string }
} {
  const [address, query = ''] = url.split('?')
  const parameters = new URLSearchParams(query)
  const host = parameters.get('host')
  parameters.delete('host')
  return { address: `${address}?${parameters}`, options: host === null ? {} : { host } }
}

/** Another pool with the options of `sql`. */
export function openPoolBeside({ options }: Sql, connections: number): Sql {
  const sql = postgres({ ...options, max: connections } as unknown as postgres.Options<{
    bigint: postgres.PostgresType<number>
  }>)
  const whole = keepResultsWhole(sql as Sql)
  return keepLostTransactionsSilent(options.prepare ? whole : oneAtATime(whole))
}

/**
 * The pool, which sends a statement on a connection only after the result of the one before: in transaction mode,
 * PgBouncer takes the server away after that result, and loses the response to a `Describe` that was sent meanwhile.
 */
function oneAtATime(sql: Sql): Sql {
  return new Proxy(sql, {
    apply(target, self, parameters) {
      const built: { options?: object } = Reflect.apply(target, self, parameters)
      if (built instanceof Promise) Object.assign(built.options!, unshared)
      return built
    },
    get(target, name) {
      if (name !== 'unsafe') return Reflect.get(target, name)
      return (text: string, parameters: never[] = [], options: object = {}) =>
        target.unsafe(text, parameters, { ...options, ...unshared } as postgres.UnsafeQueryOptions)
    },
  })
}

/** Of the driver's own transactions: whether more statements may follow on the connection. */
const unshared = { onexecute: () => false }
