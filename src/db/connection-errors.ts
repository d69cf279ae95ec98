// What the driver's and the server's codes mean for whoever reads them.

/** Whether an error says that the database is away (not reachable, shutting down, starting), not that it refused. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code: given, syscall } = codedCause(error)
  // the one of an AbortError is a number
  const code = String(given ?? '')
  const noSocket = code === 'ENOENT' && syscall === 'connect'
  return noSocket || awayCodes.has(code) || code.startsWith('08')
}

/** Whether an error says that the server ended a statement for it took too long. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof Error && codedCause(error).code === '57014'
}

/** One sentence on why the server in DATABASE_URL cannot be used, and how to mend it; never with the password. */
export function explainConnectionError(error: Error, databaseUrl: string): string {
  const { code = '', message } = codedCause(error)
  const { host, hostname, port, user, database } = parts(databaseUrl)
  const explain: Record<string, string> = {
    ECONNREFUSED: `Nothing answers at ${host}: start PostgreSQL there, correct DATABASE_URL, or unset it for the embedded server.`,
    ENOENT: `There is no socket of PostgreSQL for port ${port} in ${host}: start it there, or correct DATABASE_URL.`,
    ENOTFOUND: `There is no host "${hostname}": correct DATABASE_URL.`,
    CONNECT_TIMEOUT: `${host} did not answer in time: check the host in DATABASE_URL and the network between.`,
    '28P01': `PostgreSQL at ${host} refused the password of user "${user}": correct it in DATABASE_URL, with special characters percent-encoded.`,
    '28000': `PostgreSQL at ${host} lets user "${user}" not in (${message}): correct DATABASE_URL or the server's pg_hba.conf.`,
    '3D000': `PostgreSQL at ${host} has no database "${database}": create it with createdb -h ${hostname} -p ${port} -U ${user} ${database}, or correct DATABASE_URL.`,
    '42501': `User "${user}" may not make Palate's tables in database "${database}" (${message}): run GRANT CREATE ON DATABASE and ON SCHEMA public for it.`,
    '57P03': `PostgreSQL at ${host} takes no connections at the moment (${message}): try again.`,
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

/** The driver's own error, within whatever wraps it. */
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
