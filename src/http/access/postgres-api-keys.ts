import type { Database, Sql } from '../../db/database.ts'
import {
  type ApiKey,
  type ApiKeys,
  createSecret,
  hashSecret,
  type IssuedKey,
  type KeyGrant,
  UnknownKeyError,
} from './api-keys.ts'

/** Keys in the table `api_keys`. */
export function createPostgresApiKeys({ sql }: Pick<Database, 'sql'>): ApiKeys {
  return {
    create: (grant) => create(sql, grant),
    list: () => sql<ApiKey[]>`select ${columnsOfKeys(sql)} from api_keys order by id desc`,
    valid: async () => {
      const rows = await sql<(ApiKey & { hash: string })[]>`
        select encode(sha256, 'hex') as hash, ${columnsOfKeys(sql)} from api_keys where ${isValidKey(sql)}`
      return new Map(rows.map(({ hash, ...key }) => [hash, key]))
    },
    rotate: (id, overlapSeconds) => rotate(sql, id, overlapSeconds),
    revoke: async (id) => {
      const [key] = await sql<ApiKey[]>`
        update api_keys set revoked_at = coalesce(revoked_at, now()) where id = ${id} returning ${columnsOfKeys(sql)}`
      if (key === undefined)
        throw new UnknownKeyError(`There is no key ${id}; npm run keys -- list shows all`)
      return key
    },
  }
}

type Connection = Pick<Sql, 'unsafe'> & Sql

async function create(sql: Connection, grant: KeyGrant): Promise<IssuedKey> {
  const secret = createSecret()
  const { name, scopes, requestsPerMinute, expiresAt } = grant
  const [key] = await sql<[ApiKey]>`
    insert into api_keys (name, scopes, sha256, requests_per_minute, expires_at)
    values (${name}, ${scopes as string[]}, decode(${hashSecret(secret)}, 'hex'), ${requestsPerMinute}, ${expiresAt})
    returning ${columnsOfKeys(sql)}`
  return { key, secret }
}

async function rotate(sql: Sql, id: number, overlapSeconds: number): Promise<IssuedKey> {
  return sql.begin(async (transaction) => {
    const [old] = await transaction<ApiKey[]>`
      update api_keys set expires_at = least(expires_at, now() + make_interval(secs => ${overlapSeconds}))
      where id = ${id} and ${isValidKey(sql)}
      returning ${columnsOfKeys(sql)}`
    if (old === undefined) throw new UnknownKeyError(`There is no valid key ${id}: create a new one instead`)
    return create(transaction as unknown as Sql, { ...old, expiresAt: null })
  })
}

export const isValidKey = (sql: Sql) => sql`revoked_at is null and (expires_at is null or expires_at > now())`

export const columnsOfKeys = (sql: Sql) => sql`
  id, name, scopes, requests_per_minute as "requestsPerMinute", created_at as "createdAt",
  expires_at as "expiresAt", revoked_at as "revokedAt"`
