// Explains error codes of the driver and the server.

/** Whether an error means that the database is unavailable (not reachable, shutting down, starting). */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { syscall } = codedCause(error)
  const code = causeCode(error) ?? ''
  const noSocket = code === 'ENOENT' && syscall === 'connect'
  return noSocket || awayCodes.has(code) || code.startsWith('08')
}

/** Whether an error means that the server runs but cannot do its work: no disk, memory or connection left, or read-only. */
export function isDatabaseRefusing(error: unknown): boolean {
  const code = causeCode(error) ?? ''
  return code.startsWith('53') || refusalCodes.has(code)
}

/** The code of the driver or the server; undefined for other errors. */
export function causeCode(error: unknown): string | undefined {
  const { code } = error instanceof Error ? codedCause(error) : {}
  // the code of an AbortError is a number
  return typeof code === 'string' ? code : undefined
}

/** Whether an error means that the server canceled a statement after its timeout. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof Error && codedCause(error).code === '57014'
}

/** One sentence on why the server in DATABASE_URL cannot be used, and how to fix it; never with the password. */
export function explainConnectionError(error: Error, databaseUrl: string): string {
  const { code = '', message } = codedCause(error)
  const { host, hostname, port, user, database } = parts(databaseUrl)
  const explain: Record<string, string> = {
    ECONNREFUSED: `No server accepts connections at ${host}: start PostgreSQL there, correct DATABASE_URL, or unset it for the embedded server.`,
    ENOENT: `There is no socket of PostgreSQL for port ${port} in ${host}: start it there, or correct DATABASE_URL.`,
    ENOTFOUND: `There is no host "${hostname}": correct DATABASE_URL.`,
    CONNECT_TIMEOUT: `${host} did not respond in time: check the host in DATABASE_URL and the network.`,
    '28P01': `PostgreSQL at ${host} refused the password of user "${user}": correct it in DATABASE_URL, with special characters percent-encoded.`,
    '28000': `PostgreSQL at ${host} does not admit user "${user}" (${message}): correct DATABASE_URL or the server's pg_hba.conf.`,
    '3D000': `PostgreSQL at ${host} has no database "${database}": create it with createdb -h ${hostname} -p ${port} -U ${user} ${database}, or correct DATABASE_URL.`,
    '42501': `User "${user}" may not create Palate's tables in database "${database}" (${message}): run GRANT CREATE ON DATABASE and ON SCHEMA public for it.`,
    '25006': `PostgreSQL at ${host} is read-only (${message}): name the primary server in DATABASE_URL, or run ALTER DATABASE … SET default_transaction_read_only = off.`,
    '42704': `PostgreSQL at ${host} does not know a parameter of DATABASE_URL (${message}): remove it.`,
    '57P03': `PostgreSQL at ${host} accepts no connections at the moment (${message}): try again.`,
  }
  return explain[code] ?? `PostgreSQL at ${host} cannot be used: ${message}`
}

const awayCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '57P01',
  '57P02',
  '57P03',
])

/** read_only_sql_transaction, object_in_use during recovery, idle_session_timeout, system_error, io_error */
const refusalCodes = new Set(['25006', '55006', '57P05', '58000', '58030'])

/** The error of the driver, unwrapped. */
function codedCause(error: CodedError): CodedError {
  return error.code === undefined && error.cause instanceof Error ? codedCause(error.cause) : error
}

interface CodedError extends Error {
  readonly code?: string
  readonly syscall?: string
}

function parts(databaseUrl: string) {
  const url = new URL(databaseUrl.replace(/,[^/?]*/, ''))
  const socket = url.searchParams.get('host')
  const user = decodeURIComponent(url.username)
  return {
    host: socket ?? url.host,
    hostname: socket ?? url.hostname,
    port: url.port || '5432',
    user,
    database: decodeURIComponent(url.pathname.slice(1)) || user,
  }
}
