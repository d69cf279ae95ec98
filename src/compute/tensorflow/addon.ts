// Where the native addon of tfjs-node-gpu lives, and whether it loads.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const require = createRequire(import.meta.url)
const run = promisify(execFile)

export const addonPackage = '@tensorflow/tfjs-node-gpu'

/** The folder of the installed package, or null when npm left the optional package out. */
export function addonPackageFolder(): string | null {
  try {
    return dirname(require.resolve(`${addonPackage}/package.json`))
  } catch {
    return null
  }
}

/** Where the package looks for its addon. */
export function addonPath(packageFolder: string): string {
  const { find } = createRequire(join(packageFolder, 'package.json'))('@mapbox/node-pre-gyp')
  return find(join(packageFolder, 'package.json'))
}

/**
 * Loads an addon in a process of its own, where a crash or a missing library does no harm.
 *
 * @returns null when it loads, else the loader's own words
 */
export async function whyAddonFails(path: string): Promise<string | null> {
  if (!existsSync(path)) return `${path} does not exist`
  try {
    await run(process.execPath, ['-e', 'require(process.argv[1])', path])
    return null
  } catch (error) {
    const text = String((error as { stderr?: string }).stderr ?? error)
    return /Error: (.*)/.exec(text)?.[1] ?? text.trim().split('\n').at(-1) ?? 'it crashed'
  }
}
