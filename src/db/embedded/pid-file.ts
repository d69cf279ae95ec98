// The postmaster is the main process of a PostgreSQL server. Its number is in the file postmaster.pid in the data folder,
// which remains when it is killed; the number may then belong to another process.
import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Cluster, dataFolder } from './cluster.ts'
import { commandLine, isAlive } from './processes.ts'

export interface Postmaster {
  readonly pid: number
  readonly port: number
  /** Whether it accepts connections: a server that starts, recovers or stops does not. */
  readonly ready: boolean
}

/** The live postmaster of a cluster. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const text = await readIfThere(pidFileOf(cluster))
  if (!text) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!(await isPostmaster(pid, cluster))) return undefined
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

/** Whether this process is the cluster's postmaster. */
export async function isPostmaster(pid: number, cluster: Cluster): Promise<boolean> {
  return (await commandLine(pid)).includes(`-D ${dataFolder(cluster)} `)
}

/**
 * Removes a stale postmaster.pid, with which PostgreSQL does not start if a process of its user has that number. The file
 * is moved before it is read again: by then it may be gone, or belong to a server that another process just started.
 */
export async function removeMisleadingPidFile(cluster: Cluster): Promise<void> {
  const text = await readIfThere(pidFileOf(cluster))
  if (text === undefined || !(await isMisleading(text, cluster))) return
  const aside = `${pidFileOf(cluster)}.${randomUUID()}`
  await rename(pidFileOf(cluster), aside).catch(ignoreMissing)
  if ((await readIfThere(aside)) === text) await rm(aside)
  else await rename(aside, pidFileOf(cluster)).catch(ignoreMissing)
}

/**
 * Whether a file names a live process that is not the postmaster of the cluster (PostgreSQL detects a dead one itself),
 * or stays empty, because its server was killed before it could write.
 */
async function isMisleading(text: string, cluster: Cluster): Promise<boolean> {
  const pid = Number.parseInt(text, 10)
  if (text !== '') return isAlive(pid) && !(await isPostmaster(pid, cluster))
  const file = await stat(pidFileOf(cluster)).catch(ignoreMissing)
  return file !== undefined && Date.now() - file.mtimeMs > 1000
}

const pidFileOf = (cluster: Cluster) => join(dataFolder(cluster), 'postmaster.pid')

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ignoreMissing)
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
