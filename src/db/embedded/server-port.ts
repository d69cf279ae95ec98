import { randomInt } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'

/** The last port of a cluster's server if it is free, or another free port. */
export async function serverPort(cluster: Cluster): Promise<number> {
  const last = await lastPort(cluster)
  return last && (await isFree(last)) ? last : freePort()
}

/** Stores the port, so that clients find the server again after a restart. */
export async function rememberPort(cluster: Cluster, port: number): Promise<void> {
  if (port !== (await lastPort(cluster))) await writeFile(portFile(cluster), `${port}\n`)
}

const portFile = ({ folder }: Cluster) => join(folder, 'port')

async function lastPort(cluster: Cluster): Promise<number | undefined> {
  const text = await readFile(portFile(cluster), 'utf8').catch(() => '')
  return Number(text) || undefined
}

/** Below the ephemeral port range: a client that retries a port in that range could connect to itself. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_768)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
