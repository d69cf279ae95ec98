// A postmaster is the process that a PostgreSQL server's life hangs on. The file postmaster.pid in the data folder
// tells of it, but outlives it when it is killed, and its number may by then be another process'.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, dataFolder, serverEnvironment } from './cluster.ts'
import { commandLine, isAlive } from './processes.ts'
import { rememberPort, serverPort } from './server-port.ts'

export interface Postmaster {
  readonly pid: number
  readonly port: number
  /** Whether it takes connections: a server that starts, recovers or stops does not. */
  readonly ready: boolean
}

const patienceSeconds = 120

/** The live postmaster of a cluster. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const text = await readIfThere(pidFileOf(cluster))
  if (!text) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!(await isPostmaster(pid, cluster))) return undefined
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

/**
 * Starts a cluster's server and waits until it takes connections. The server leads a session of its own, so neither
 * the end of this process nor Ctrl-C in its terminal reaches it. Of several processes that start it at once one
 * succeeds, by PostgreSQL's own lock, and the others wait for that one's server.
 */
export async function startPostmaster(cluster: Cluster, bin: string): Promise<Postmaster> {
  const deadline = Date.now() + patienceSeconds * 1000
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
  throw new Error(
    `PostgreSQL was not ready within ${patienceSeconds} seconds; see ${join(cluster.folder, 'server.log')}.`,
  )
}

/** Stops a server in order: open transactions are rolled back, connections closed. Waits until it is gone. */
export async function stopPostmaster(cluster: Cluster, { pid }: Postmaster): Promise<void> {
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + patienceSeconds * 1000
  while (await isPostmaster(pid, cluster)) {
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL (process ${pid}) did not stop within ${patienceSeconds} s.`)
    await sleep(50)
  }
}

interface Launched {
  /** How long the log was before. */
  readonly logStart: number
  /** Why it is no longer there. */
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
 * PostgreSQL takes any live process of its user for the one that postmaster.pid names and would not start. Moved away
 * before it is looked at again: by then the file may be gone, or that of a server another process has just started.
 */
async function removeMisleadingPidFile(cluster: Cluster): Promise<void> {
  const text = await readIfThere(pidFileOf(cluster))
  if (!text || !isAlive(Number.parseInt(text, 10))) return
  const aside = `${pidFileOf(cluster)}.${randomUUID()}`
  await rename(pidFileOf(cluster), aside).catch(ignoreMissing)
  if ((await readIfThere(aside)) === text) await rm(aside)
  else await rename(aside, pidFileOf(cluster)).catch(ignoreMissing)
}

/** Another's start, a killed server's last children and a port just taken pass; what else ended a server stays. */
async function refuseUnlessPassing(cluster: Cluster, { logStart, ended }: Launched): Promise<void> {
  const log = await readFile(join(cluster.folder, 'server.log'))
  const said = log.subarray(logStart).toString().trim()
  if (/lock file ".*" already exists|is still in use|Address already in use/.test(said)) return sleep(200)
  throw new Error(`PostgreSQL did not start in ${cluster.folder}: ${said || ended}`)
}

async function isPostmaster(pid: number, cluster: Cluster): Promise<boolean> {
  return (await commandLine(pid)).includes(`-D ${dataFolder(cluster)} `)
}

const pidFileOf = (cluster: Cluster) => join(dataFolder(cluster), 'postmaster.pid')

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ignoreMissing)
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
