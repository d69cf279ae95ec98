// A real PgBouncer in front of the tests' PostgreSQL.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type PoolMode = 'session' | 'transaction' | 'statement'

export const hasPgBouncer = (() => {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

export interface PgBouncer {
  /** The database behind it, as DATABASE_URL names it. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts one for the database at `url`, with the defaults of PgBouncer except for its pool mode. */
export async function startPgBouncer(
  url: string,
  mode: PoolMode,
  settings: Readonly<Record<string, string>> = {},
): Promise<PgBouncer> {
  const { hostname, port, username, password, pathname } = new URL(url)
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'))
  const ownPort = String(await freePort())
  const name = pathname.slice(1)
  const lines = [
    '[databases]',
    `${name} = host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)} pool_mode=${mode}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${ownPort}`,
    'unix_socket_dir =',
    'auth_type = any',
    ...Object.entries(settings).map(([setting, value]) => `${setting} = ${value}`),
  ]
  const file = join(folder, 'pgbouncer.ini')
  // as root it refuses to run
  const isRoot = process.getuid?.() === 0
  await writeFile(file, lines.join('\n'))
  await chmod(folder, 0o755)
  const pooler = isRoot
    ? spawn('pgbouncer', ['-q', '-u', 'postgres', file], { stdio: 'ignore' })
    : spawn('pgbouncer', ['-q', file], { stdio: 'ignore' })
  const ended = once(pooler, 'exit')
  await untilListening(Number(ownPort))
  return {
    url: `postgres://${username}:any@127.0.0.1:${ownPort}/${name}`,
    async stop() {
      pooler.kill('SIGINT')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

async function untilListening(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
  } catch {
    await sleep(20)
    await untilListening(port)
  } finally {
    socket.destroy()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return address.port
}
