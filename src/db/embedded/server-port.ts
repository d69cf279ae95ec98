import { randomInt } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'

/** The port a cluster's server had last, where it is free, else a free one. */
export async function serverPort(cluster: Cluster): Promise<number> {
  const last = await lastPort(cluster)
  return last && (await isFree(last)) ? last : freePort()
}

/** Keeps the port, so that clients of a server that was away find the next one at the same place. */
export async function rememberPort(cluster: Cluster, port: number): Promise<void> {
  if (port !== (await lastPort(cluster))) await writeFile(portFile(cluster), `${port}\n`)
}

const portFile = ({ folder }: Cluster) => join(folder, 'port')

async function lastPort(cluster: Cluster): Promise<number | undefined> {
  const text = await readFile(portFile(cluster), 'utf8').catch(() => '')
  return Number(text) || undefined
}

/** Below the range that systems draw client ports from: a client that retries there could connect to itself. */
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
