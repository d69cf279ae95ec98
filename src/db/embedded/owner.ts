// PostgreSQL refuses to run as root, so root runs it as another user of the operating system.
import { execFileSync, spawnSync } from 'node:child_process'

/** The user of the operating system that runs a process. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The user `postgres`, created as a system user if it does not exist. Throws if it cannot be created. */
export function postgresUser(): Owner {
  if (spawnSync('id', ['postgres'], { stdio: 'ignore' }).status !== 0) createPostgresUser()
  const id = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Whether a user can enter a folder, or run a file, at this path, as checked by a process of that user. */
export function canReach({ uid, gid }: Owner, path: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'test -x "$0"', path], { uid, gid, cwd: '/' }).status === 0
}

function createPostgresUser(): void {
  const systemUserOptions = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin']
  const made = spawnSync('/usr/sbin/useradd', [...systemUserOptions, 'postgres'], { encoding: 'utf8' })
  if (made.status === 0) return
  throw new Error(
    'PostgreSQL refuses to run as root, and a user "postgres" to run it could not be created ' +
      `(${made.stderr?.trim() || made.error?.message}). Create that user, run this as an ordinary user, ` +
      'or name a server in DATABASE_URL.',
  )
}
