// A cluster is PostgreSQL's word for what one server holds. Ours is a folder:
//   data/      what initdb makes, of the server's user alone
//   password   of the database user "palate", readable by the server's user alone (and root)
//   port       where the server listened last, so that it comes back where its clients look for it
//   server.log
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { constants, existsSync, realpathSync, statSync } from 'node:fs'
import { access, chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { majorVersion } from './binaries.ts'
import { buildInPlace } from './build-in-place.ts'
import { canReach, isRoot, type Owner, postgresUser } from './owner.ts'
import { systemFolder, systemFolderPath } from './system-folder.ts'

export interface Cluster {
  /** Absolute and free of links. */
  readonly folder: string
  /** Who must run the server; absent where it is this process' user. */
  readonly owner: Owner | undefined
}

/** The environment of the server's programs: messages in English, whatever the caller's language. */
export const serverEnvironment = { LC_ALL: 'C', TZ: 'UTC' }

export const dataFolder = ({ folder }: Cluster) => join(folder, 'data')

/** The cluster that belongs to a home, if it was ever made. Throws where it is another user's. */
export function findCluster(home: string): Cluster | undefined {
  const folder = [join(home, 'postgres'), ...(isRoot() ? [closedHomeFolder(home)] : [])].find(existsSync)
  if (!folder) return undefined
  if (!existsSync(join(folder, 'data'))) throw new Error(`${folder} is in the way: it holds no database.`)
  const { uid, gid } = statSync(join(folder, 'data'))
  if (isRoot()) return { folder: realpathSync(folder), owner: { uid, gid } }
  if (uid === process.getuid?.()) return { folder: realpathSync(folder), owner: undefined }
  throw new Error(
    `The database in ${folder} belongs to another user (user id ${uid}). Work as the user that made it, ` +
      'set PALATE_HOME to a folder of your own, or name a server in DATABASE_URL.',
  )
}

/** Where a new cluster of a home is to lie, and whose it is to be. */
export async function placeCluster(home: string): Promise<Cluster> {
  await makeWritable(home)
  if (!isRoot()) return { folder: join(realpathSync(home), 'postgres'), owner: undefined }
  const owner = postgresUser()
  if (canReach(owner, home)) return { folder: join(realpathSync(home), 'postgres'), owner }
  await systemFolder()
  return { folder: closedHomeFolder(home), owner }
}

/**
 * Makes a cluster with one database user, `palate`, whose password is random: the server listens on TCP, which works
 * alike on every system and however long the checkout's path is, and other users of the machine can reach it there.
 */
export async function createCluster({ folder, owner }: Cluster, bin: string): Promise<void> {
  await buildInPlace(folder, async (scratch) => {
    const password = join(scratch, 'password')
    await writeFile(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
    await mkdir(join(scratch, 'data'), { mode: 0o700 })
    if (owner) {
      await chown(password, owner.uid, owner.gid)
      await chown(join(scratch, 'data'), owner.uid, owner.gid)
    }
    await initdb(bin, join(scratch, 'data'), password, owner)
  })
}

/** Throws where the cluster was made by another major version than the server's in `bin`. */
export async function requireSameMajor(cluster: Cluster, bin: string): Promise<void> {
  const [made, ours] = await Promise.all([
    readFile(join(dataFolder(cluster), 'PG_VERSION'), 'utf8').then((text) => text.trim()),
    majorVersion(bin),
  ])
  if (made === ours) return
  throw new Error(
    `The database in ${cluster.folder} was made by PostgreSQL ${made}, and the embedded server is PostgreSQL ${ours}. ` +
      'Move that folder away and import your ratings again, or run the old version on it and name it in DATABASE_URL.',
  )
}

async function makeWritable(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true })
    await access(home, constants.W_OK)
  } catch (error) {
    throw new Error(
      `This user cannot write to ${home}, where the database would lie. Set PALATE_HOME to a folder of your own, ` +
        'or name a server in DATABASE_URL.',
      { cause: error },
    )
  }
}

async function initdb(bin: string, data: string, password: string, owner: Owner | undefined): Promise<void> {
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '' }
  const args = [
    `--pgdata=${data}`,
    '--username=palate',
    `--pwfile=${password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    ...Object.entries(settings).map(([name, value]) => `--set=${name}=${value}`),
  ]
  const running = promisify(execFile)(join(bin, 'initdb'), args, {
    ...owner,
    cwd: '/',
    env: serverEnvironment,
  })
  await running.catch((error: Error & { stderr?: string }) => {
    throw new Error(
      `PostgreSQL could not make a database in ${data}: ${error.stderr?.trim() || error.message}`,
      {
        cause: error,
      },
    )
  })
}

function closedHomeFolder(home: string): string {
  const path = existsSync(home) ? realpathSync(home) : home
  return join(systemFolderPath, createHash('sha256').update(path).digest('hex').slice(0, 16))
}
