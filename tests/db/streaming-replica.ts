// A PostgreSQL server and a streaming replica of it, both from the embedded binaries. These have no pg_basebackup, so the
// replica starts from a copy of the stopped server.
import { execFile } from 'node:child_process'
import { appendFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { makeHome } from './db-script.ts'

export interface ReplicatedServer {
  readonly primaryUrl: string
  readonly replicaUrl: string
  stopReplica(): Promise<void>
  startReplica(): Promise<void>
  close(): Promise<void>
}

export async function startReplicatedServer(): Promise<ReplicatedServer> {
  const [primary, replica] = [await makeHome(), await makeHome()]
  const { folder } = await startEmbeddedPostgres(primary)
  await stopEmbeddedPostgres(primary)
  const copy = join(replica, 'postgres')
  await promisify(execFile)('cp', ['-a', folder, copy])
  await rm(join(copy, 'port'))
  const { url } = await startEmbeddedPostgres(primary)
  await appendFile(join(copy, 'data/postgresql.auto.conf'), `primary_conninfo = '${url}'\n`)
  await writeFile(join(copy, 'data/standby.signal'), '')
  const { url: replicaUrl } = await startEmbeddedPostgres(replica)
  return {
    primaryUrl: url,
    replicaUrl,
    stopReplica: async () => void (await stopEmbeddedPostgres(replica)),
    startReplica: async () => void (await startEmbeddedPostgres(replica)),
    close: async () => {
      for (const home of [replica, primary]) {
        await stopEmbeddedPostgres(home)
        await rm(home, { recursive: true })
      }
    },
  }
}
