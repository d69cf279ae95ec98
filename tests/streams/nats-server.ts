// A NATS server with JetStream for a test file, where the program is on the PATH.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Why no server can be started; undefined if it can. */
export const natsMissing =
  spawnSync('nats-server', ['--version']).error && 'there is no nats-server on the PATH'

export interface NatsServer {
  /** Without the name of a stream. */
  readonly url: string
  /** Starts it, again if it was killed, with what it has stored; `args` are more options of the program. */
  start(...args: string[]): Promise<void>
  kill(): Promise<void>
  /** Kills it and deletes what it has stored. */
  remove(): Promise<void>
}

export async function createNatsServer(): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'palate-nats-'))
  const port = await freePort()
  let server: ChildProcess | undefined
  const kill = async () => {
    if (server === undefined) return
    const exited = once(server, 'exit')
    server.kill('SIGKILL')
    await exited
    server = undefined
  }
  return {
    url: `nats://127.0.0.1:${port}`,
    start: async (...more) => {
      const args = ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', folder]
      server = spawn('nats-server', [...args, ...more], { stdio: ['ignore', 'ignore', 'pipe'] })
      for await (const line of createInterface({ input: server.stderr! }))
        if (line.includes('Server is ready')) break
      server.stderr!.resume()
    },
    kill,
    remove: async () => {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
