// A PostgreSQL server inside the checkout, for users without one: the first script starts it, all share it, and it runs
// until `npm run db -- stop`.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serverBinaries } from './embedded/binaries.ts'
import {
  type Cluster,
  createCluster,
  findCluster,
  placeCluster,
  requireSameMajor,
} from './embedded/cluster.ts'
import { findPostmaster, type Postmaster } from './embedded/pid-file.ts'
import { startPostmaster, stopPostmaster } from './embedded/postmaster.ts'

/** A running embedded server. */
export interface EmbeddedPostgres {
  readonly url: string
  readonly pid: number
  readonly port: number
  /** The folder of its data, password and log. */
  readonly folder: string
}

/**
 * The embedded server of a home folder, created and started if necessary. Calls `log` with a line for each slow step.
 * Safe to call from several processes at once, by root and by ordinary users. Throws an error with the reason if the
 * server cannot run.
 */
export async function startEmbeddedPostgres(
  home: string,
  say: (line: string) => void = () => {},
): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new Error('The embedded PostgreSQL runs on Linux and macOS. Name a server in DATABASE_URL.')
  }
  const existing = findCluster(home)
  const running = existing && (await findPostmaster(existing))
  if (running?.ready) return describe(existing!, running)
  const cluster = existing ?? (await placeCluster(home))
  const bin = await serverBinaries(cluster.owner)
  if (!existing) {
    say(`Creating a PostgreSQL database in ${cluster.folder}${whyThere(cluster, home)}.`)
    await createCluster(cluster, bin)
  }
  await requireSameMajor(cluster, bin)
  say(`Starting PostgreSQL in ${cluster.folder}.`)
  return describe(cluster, await startPostmaster(cluster, bin))
}

/** The embedded server of a home folder, if it runs. */
export async function findEmbeddedPostgres(home: string): Promise<EmbeddedPostgres | undefined> {
  const cluster = findCluster(home)
  const postmaster = cluster && (await findPostmaster(cluster))
  return postmaster && describe(cluster, postmaster)
}

/** Stops the embedded server of a home folder and waits until it is gone; false where none ran. */
export async function stopEmbeddedPostgres(home: string): Promise<boolean> {
  const cluster = findCluster(home)
  const postmaster = cluster && (await findPostmaster(cluster))
  if (postmaster) await stopPostmaster(cluster, postmaster)
  return postmaster !== undefined
}

async function describe(cluster: Cluster, { pid, port }: Postmaster): Promise<EmbeddedPostgres> {
  const password = (await readFile(join(cluster.folder, 'password'), 'utf8')).trim()
  return {
    url: `postgres://palate:${password}@127.0.0.1:${port}/postgres`,
    pid,
    port,
    folder: cluster.folder,
  }
}

function whyThere({ folder }: Cluster, home: string): string {
  if (folder.startsWith(join(home, '/'))) return ''
  return ` (${home} is not accessible to the user "postgres", which must run the server for root)`
}
