import postgres from 'postgres'
import { cancellable } from './cancellable.ts'
import { causeCode, isDatabaseUnavailable } from './connection-errors.ts'
import { keepLostTransactionsSilent } from './lost-transactions.ts'
import { addressOf } from './pool.ts'
import type { Sql } from './sql.ts'

/** A query on another server has failed, or cannot be sent. The message never has the password. */
export class ForeignQueryError extends Error {
  override readonly name = 'ForeignQueryError'
}

/** Some rows of a result, in their order. */
export interface ForeignRows {
  /** The names of all columns, in their order. */
  readonly names: readonly string[]
  /** Times are text in ISO 8601 and UTC; numbers that JavaScript may not represent exactly are text. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/**
 * The rows of one `select` on the server at `url`, through a cursor in a read-only transaction. The first page has no
 * rows, so that the columns of an empty result are known too.
 *
 * @throws ForeignQueryError when the query fails, an error with the host when the server cannot be reached or is lost,
 *   and the signal's reason once it is aborted
 */
export async function* queryForeign(
  url: string,
  query: string,
  signal?: AbortSignal,
): AsyncGenerator<ForeignRows> {
  requireUrl(url)
  const { address, options } = addressOf(url)
  const sql = keepLostTransactionsSilent(
    postgres(address, { ...options, ...driverOptions }) as unknown as Sql,
  )
  const pages = new TransformStream<ForeignRows, ForeignRows>()
  const writer = pages.writable.getWriter()
  const stop = new AbortController()
  const stopped = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const reading = sql.begin('read only', async (transaction) => {
    for (const [name, value] of settings) await transaction`select set_config(${name}, ${value}, true)`
    // refuses more than one statement
    const { columns } = await transaction.unsafe(query).describe()
    const names = columns.map(({ name }) => name)
    await transaction.unsafe(`declare result no scroll cursor for ${query}`)
    await writer.write({ names, rows: [] })
    for (;;) {
      const rows = await cancellable(transaction.unsafe(`fetch ${rowsPerPage} from result`), stopped)
      if (rows.length === 0) break
      await writer.write({ names, rows })
    }
    await writer.close()
  })
  reading.catch((error: unknown) => writer.abort(error))
  try {
    yield* pages.readable
  } catch (error) {
    signal?.throwIfAborted()
    throw explain(error as Error, url)
  } finally {
    stop.abort()
    await reading.catch(() => {})
    await sql.end({ timeout: 1 })
  }
}

/** `localhost:5432/shop`, of a URL with or without a user and password. */
export function nameOfDatabase(url: string): string {
  const { host, pathname, searchParams } = requireUrl(url)
  return `${searchParams.get('host') ?? host}${pathname}`
}

const rowsPerPage = 5000

// other settings of the server would change how times and numbers are written, or end a long query
const settings = [
  ['datestyle', 'iso'],
  ['timezone', 'utc'],
  ['extra_float_digits', '1'],
  ['statement_timeout', '0'],
  // plans the query for all of its rows
  ['cursor_tuple_fraction', '1'],
] as const

const driverOptions = {
  // a pooler may share the session with others
  prepare: false,
  max: 1,
  fetch_types: false,
  connect_timeout: 10,
  onnotice: () => {},
  connection: { application_name: 'palate' },
  // the driver would take a date or a timestamp without a zone for local time
  types: { time: { to: 25, from: [1082, 1114, 1184], parse: (text: string) => text, serialize: String } },
}

/** @throws ForeignQueryError which does not repeat the text, as it may have a password */
function requireUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isEncoded = !/%(?![0-9a-f]{2})/i.test(text)
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || !isEncoded)
    throw new ForeignQueryError(
      'The server of a query is named by a URL such as postgres://user:password@host:5432/database, with special characters percent-encoded',
    )
  return url
}

/** Only the message of the cause is kept: the driver's error also has the query. */
function explain(error: Error, url: string): Error {
  const isRefused = isDatabaseUnavailable(error) || /^(28|3D|57P)/.test(causeCode(error) ?? '')
  if (isRefused)
    return new Error(`PostgreSQL at ${nameOfDatabase(url)} cannot be used: ${error.message}`, {
      cause: error,
    })
  return new ForeignQueryError(`The query failed on ${nameOfDatabase(url)}: ${error.message}`, {
    cause: error,
  })
}
