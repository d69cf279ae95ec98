import { causeCode } from './connection-errors.ts'
import { openPool } from './pool.ts'
import { directSession, pooledSession, requiredSettings, type Session } from './session.ts'

/** The server, or a pooler in front of it, has settings with which Palate cannot work. */
export class ServerSettingsError extends Error {
  override readonly name = 'ServerSettingsError'
}

/**
 * How sessions at `url` must be opened, so that they have the settings that our statements need. There may be a pooler,
 * such as PgBouncer, which ignores or refuses most settings; then those of the server must be right.
 *
 * @throws ServerSettingsError with the statements that correct the settings
 */
export async function agreeOnSession(url: string): Promise<Session> {
  const server = await readServer(url, directSession).catch((error) => {
    if (isRefusedSetting(error)) return undefined
    throw error
  })
  if (!server?.isOwnSession) {
    requireUsable(await readServer(url, pooledSession), { isPooled: true })
    await requireTransactions(url)
    return pooledSession
  }
  requireUsable(server, { isPooled: false })
  return {
    ...directSession,
    settings: {
      ...directSession.settings,
      // types of extensions may be in other schemas
      search_path: `public, ${server.searchPath}`,
      ...(server.version >= 17 && { transaction_timeout: '0' }),
    },
  }
}

const oldestVersion = 15

interface Server {
  readonly version: number
  /** Whether this connection is a session of the server, with the settings that were sent. */
  readonly isOwnSession: boolean
  readonly settings: Readonly<Record<string, string>>
  readonly searchPath: string
  /** The first existing schema of the search path. */
  readonly schema: string | null
  readonly hasPublicSchema: boolean
  readonly user: string
  readonly database: string
}

async function readServer(url: string, { settings, isPooled }: Session): Promise<Server> {
  const mark = { 'palate.session': 'own' }
  const sql = openPool(url, 1, { settings: isPooled ? settings : { ...settings, ...mark }, isPooled })
  try {
    const [server] = await sql<[Omit<Server, 'settings'>]>`
      select current_setting('server_version_num')::integer / 10000 as version,
        coalesce(current_setting('palate.session', true), '') = 'own' as "isOwnSession",
        current_setting('search_path') as "searchPath", current_schema() as schema,
        to_regnamespace('public') is not null as "hasPublicSchema",
        current_user as user, current_database() as database`
    const names = [...Object.keys(requiredSettings), 'server_encoding', 'session_replication_role']
    const rows = await sql<{ name: string; setting: string }[]>`
      select name, setting from pg_settings where name in ${sql(names)}`
    return { ...server, settings: Object.fromEntries(rows.map(({ name, setting }) => [name, setting])) }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** In the pool mode `statement`, PgBouncer refuses `begin` and closes the connection. */
async function requireTransactions(url: string): Promise<void> {
  const sql = openPool(url, 1, pooledSession)
  // the driver may give the reason for the closed connection to the next statement
  const errors: Error[] = []
  for (const statement of ['begin', 'rollback'])
    await sql.unsafe(statement).catch((error: Error) => errors.push(error))
  await sql.end({ timeout: 5 })
  const refusal = errors.find(({ message }) => message.includes('statement pooling'))
  if (refusal !== undefined)
    throw new ServerSettingsError(
      'The pooler in DATABASE_URL is in the pool mode statement, which has no transactions: ' +
        'set pool_mode = session or transaction for this database in the configuration of PgBouncer.',
      { cause: refusal },
    )
  if (errors.length > 0) throw errors[0]
}

function requireUsable(server: Server, { isPooled }: { isPooled: boolean }): void {
  const { settings, version } = server
  requireSupported(version)
  if (settings.server_encoding !== 'UTF8')
    throw new ServerSettingsError(
      `The database ${server.database} has the encoding ${settings.server_encoding}, which cannot store all ids and ` +
        "titles: create one with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' and name it in DATABASE_URL.",
    )
  if (!server.hasPublicSchema)
    throw new ServerSettingsError(
      `The database ${server.database} has no schema public, which has Palate's tables: run CREATE SCHEMA public.`,
    )
  const wrong = isPooled
    ? Object.entries(requiredSettings).filter(([name, value]) => !isAsRequired(name, settings[name], value))
    : []
  if (settings.session_replication_role === 'replica') wrong.push(['session_replication_role', 'origin'])
  if (isPooled && server.schema !== 'public') wrong.push(['search_path', `public, ${server.searchPath}`])
  if (wrong.length === 0) return
  const now: Readonly<Record<string, string>> = { ...settings, search_path: server.searchPath }
  throw new ServerSettingsError(
    `Palate cannot work with ${wrong.map(([name]) => `${name} = ${now[name]}`).join(', ')}` +
      `${isPooled ? ', and the pooler in DATABASE_URL does not forward its settings' : ''}. Run:\n` +
      wrong.map(([name, value]) => alterRole(server, name, value)).join('\n') +
      (isPooled ? '\nThen close the connections of the pooler (RECONNECT in the console of PgBouncer).' : ''),
  )
}

/** Throws if a server of this version is older than PostgreSQL 15. */
export function requireSupported(version: number): void {
  if (version >= oldestVersion) return
  throw new ServerSettingsError(
    `The server is PostgreSQL ${version} and Palate needs ${oldestVersion} or later: ` +
      'upgrade it, name another server in DATABASE_URL, or unset DATABASE_URL to use the embedded server.',
  )
}

function isAsRequired(name: string, setting: string | undefined, value: string): boolean {
  if (name === 'DateStyle') return setting?.startsWith(value) ?? false
  // from 1 on, numbers are written so that they are read back exactly
  if (name === 'extra_float_digits') return Number(setting) >= Number(value)
  return setting === value
}

function alterRole({ user, database }: Server, name: string, value: string): string {
  const list = name === 'search_path' ? value : `'${value}'`
  return `  ALTER ROLE ${quoted(user)} IN DATABASE ${quoted(database)} SET ${name} = ${list};`
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A pooler forwards few settings, and a server of another kind or version may not know all. */
function isRefusedSetting(error: unknown): boolean {
  const { message } = error as Error
  return causeCode(error) === '42704' || message.includes('unsupported startup parameter')
}
