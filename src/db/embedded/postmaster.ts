import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, dataFolder, serverEnvironment } from './cluster.ts'
import { findPostmaster, isPostmaster, type Postmaster, removeMisleadingPidFile } from './pid-file.ts'
import { rememberPort, serverPort } from './server-port.ts'

const timeoutSeconds = 120

/** The embedded server did not start, for the reason that the message gives. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError'
}

/**
 * Starts a cluster's server and waits until it accepts connections. The server is a session leader, so that neither the
 * end of this process nor Ctrl-C in its terminal stops it. Of several processes that start it at once one succeeds, by
 * PostgreSQL's lock, and the others wait for that server.
 */
export async function startPostmaster(cluster: Cluster, bin: string): Promise<Postmaster> {
  const deadline = Date.now() + timeoutSeconds * 1000
  let launched: Launched | undefined
  while (Date.now() < deadline) {
    const found = await findPostmaster(cluster)
    if (found?.ready) {
      await rememberPort(cluster, found.port)
      return found
    }
    if (!found && launched?.ended) await refuseUnlessPassing(cluster, launched)
    if (!found && (!launched || launched.ended)) launched = await launch(cluster, bin)
    await sleep(50)
  }
  throw new ServerStartError(
    `PostgreSQL was not ready within ${timeoutSeconds} seconds; see ${join(cluster.folder, 'server.log')}.`,
  )
}

/** Stops a server by a fast shutdown: rolls open transactions back and closes connections. Waits until it has ended. */
export async function stopPostmaster(cluster: Cluster, { pid }: Postmaster): Promise<void> {
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + timeoutSeconds * 1000
  while (await isPostmaster(pid, cluster)) {
    if (Date.now() > deadline) {
      throw new Error(`PostgreSQL (process ${pid}) did not stop within ${timeoutSeconds} seconds.`)
    }
    await sleep(50)
  }
}

interface Launched {
  /** The size of the log before. */
  readonly logStart: number
  /** Why the server ended. */
  ended?: string
}

async function launch(cluster: Cluster, bin: string): Promise<Launched> {
  await removeMisleadingPidFile(cluster)
  const port = await serverPort(cluster)
  const logPath = join(cluster.folder, 'server.log')
  const log = openSync(logPath, 'a', 0o600)
  const launched: Launched = { logStart: (await stat(logPath)).size }
  const child = spawn(join(bin, 'postgres'), ['-D', dataFolder(cluster), '-p', String(port)], {
    ...cluster.owner,
    cwd: '/',
    env: serverEnvironment,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  child.once('error', ({ message }) => {
    launched.ended = message
  })
  child.once('exit', (code, signal) => {
    launched.ended = `it ended with ${signal ?? `exit code ${code}`}`
  })
  child.unref()
  return launched
}

/**
 * A start by another process, children of a killed server, a port just taken and a stop by another process are transient;
 * other causes are not.
 */
async function refuseUnlessPassing(cluster: Cluster, { logStart, ended }: Launched): Promise<void> {
  const log = await readFile(join(cluster.folder, 'server.log'))
  const said = log.subarray(logStart).toString().trim()
  const passing =
    /lock file "postmaster.pid"|is still in use|Address already in use|received (smart|fast|immediate) shutdown request/
  if (passing.test(said)) return sleep(200)
  throw new ServerStartError(`PostgreSQL did not start in ${cluster.folder}: ${said || ended}`)
}
