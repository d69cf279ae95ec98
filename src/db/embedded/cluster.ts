// A cluster is PostgreSQL's term for the data of one server. The embedded one is a folder:
//   data/      created by initdb, accessible to the server's user only
//   password   of the database user "palate", readable by the server's user only (and root)
//   port       the last port of the server, so that clients find it again after a restart
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
  /** Absolute, without symbolic links. */
  readonly folder: string
  /** The user that must run the server; absent for the user of this process. */
  readonly owner: Owner | undefined
}

/** The environment of the server's programs: messages in English, whatever the caller's language. */
export const serverEnvironment = { LC_ALL: 'C', TZ: 'UTC' }

export const dataFolder = ({ folder }: Cluster) => join(folder, 'data')

/** The cluster of a home, if it exists. Throws if it belongs to another user, or if its folder contains no database. */
export function findCluster(home: string): Cluster | undefined {
  const folder = [join(home, 'postgres'), ...(isRoot() ? [closedHomeFolder(home)] : [])].find(existsSync)
  if (!folder) return undefined
  const data = statSync(join(folder, 'data'), { throwIfNoEntry: false })
  if (data && !isRoot() && data.uid !== process.getuid?.()) {
    throw new Error(
      `The database in ${folder} belongs to another user (user id ${data.uid}). Run this as the user that created it, ` +
        'set PALATE_HOME to a folder of your own, or name a server in DATABASE_URL.',
    )
  }
  if (!data || !existsSync(join(folder, 'data/PG_VERSION'))) {
    throw new Error(
      `${folder} contains no PostgreSQL database. Move it away, or set PALATE_HOME to another folder.`,
    )
  }
  return { folder: realpathSync(folder), owner: isRoot() ? { uid: data.uid, gid: data.gid } : undefined }
}

/** The folder and the owner of a new cluster of a home. */
export async function placeCluster(home: string): Promise<Cluster> {
  await makeWritable(home)
  if (!isRoot()) return { folder: join(realpathSync(home), 'postgres'), owner: undefined }
  const owner = postgresUser()
  if (canReach(owner, home)) return { folder: join(realpathSync(home), 'postgres'), owner }
  await systemFolder()
  return { folder: closedHomeFolder(home), owner }
}

/**
 * Creates a cluster with one database user, `palate`, with a random password: the server listens on TCP, which works on
 * every system and for paths of any length, but which other users of the machine can reach.
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

/** Throws if another major version than the server's in `bin` created the cluster. */
export async function requireSameMajor(cluster: Cluster, bin: string): Promise<void> {
  const [made, ours] = await Promise.all([
    readFile(join(dataFolder(cluster), 'PG_VERSION'), 'utf8').then((text) => text.trim()),
    majorVersion(bin),
  ])
  if (made === ours) return
  throw new Error(
    `The database in ${cluster.folder} was created by PostgreSQL ${made}, and the embedded server is PostgreSQL ${ours}. ` +
      'Move that folder away and import your ratings again, or run the old version on it and name it in DATABASE_URL.',
  )
}

async function makeWritable(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true })
    await access(home, constants.W_OK)
  } catch (cause) {
    throw new Error(
      `This user cannot write to ${home}, the folder of the database. Set PALATE_HOME to a folder of your own, ` +
        'or name a server in DATABASE_URL.',
      { cause },
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
      `PostgreSQL could not create a database in ${data}: ${error.stderr?.trim() || error.message}`,
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
