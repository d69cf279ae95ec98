import type { Database } from '../../db/database.ts'
import { type ApiKey, hashSecret } from './api-keys.ts'
import { columnsOfKeys, isValidKey } from './postgres-api-keys.ts'
import { createSessionId, type Sessions } from './sessions.ts'

/**
 * Sessions in the table `console_sessions`, which all replicas share: in a signed cookie a session could not be ended, and
 * replicas would need a secret in common. A key that is revoked or expires ends its sessions.
 */
export function createPostgresSessions({ sql }: Pick<Database, 'sql'>): Sessions {
  return {
    start: async (keyId) => {
      const id = createSessionId()
      await sql`
        with expired as (delete from console_sessions where expires_at <= now())
        insert into console_sessions (sha256, key_id, expires_at)
        values (decode(${hashSecret(id)}, 'hex'), ${keyId}, now() + make_interval(hours => ${sessionHours}))`
      return id
    },
    find: async (id) => {
      const [key] = await sql<ApiKey[]>`
        select ${columnsOfKeys(sql)} from api_keys
        where ${isValidKey(sql)} and id = (
          select key_id from console_sessions
          where sha256 = decode(${hashSecret(id)}, 'hex') and console_sessions.expires_at > now()
        )`
      return key
    },
    end: async (id) => {
      await sql`delete from console_sessions where sha256 = decode(${hashSecret(id)}, 'hex')`
    },
  }
}

/** A working day. */
const sessionHours = 12
