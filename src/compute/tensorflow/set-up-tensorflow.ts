// Makes tfjs-node-gpu loadable, also where its own download fails or is too old for the card.
import { cp, mkdir, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { addonPackage, addonPackageFolder, addonPath, whyAddonFails } from './addon.ts'
import { type AddonBuild, buildAddon } from './build-addon.ts'
import { computeCapability } from './nvidia.ts'
import { runCommand, TensorflowSetupError } from './run-command.ts'

export interface TensorflowSetup {
  /** How the addon came: it worked already, from the package's own download, or built here. */
  readonly origin: 'present' | 'downloaded' | 'built'
  readonly addon: string
}

export interface TensorflowSetupOptions extends AddonBuild {
  /** Build even where an addon works, and pass over the package's own download. */
  readonly build: boolean
}

/**
 * Leaves the addon as it is where it loads; else tries the package's own download; else builds it.
 *
 * @throws TensorflowSetupError at the step that cannot go on; what was there before is then still there
 */
export async function setUpTensorflow(options: TensorflowSetupOptions): Promise<TensorflowSetup> {
  const packageFolder = addonPackageFolder() ?? (await installPackage(options))
  const addon = addonPath(packageFolder)
  if (!options.build) {
    if ((await whyAddonFails(addon)) === null) return { origin: 'present', addon }
    if (await downloadOfficial(packageFolder, options)) return { origin: 'downloaded', addon }
  }
  await linkInto(addon, await buildAddon(packageFolder, options))
  return { origin: 'built', addon }
}

async function installPackage({ report, signal }: TensorflowSetupOptions): Promise<string> {
  const { optionalDependencies } = createRequire(import.meta.url)('../../../package.json')
  const wanted = `${addonPackage}@${optionalDependencies[addonPackage]}`
  report(`npm left ${wanted} out; installing its JavaScript without its download step`)
  await runCommand('npm', ['install', '--no-save', '--ignore-scripts', wanted], { signal })
  const folder = addonPackageFolder()
  if (folder === null) throw new TensorflowSetupError(`npm did not install ${wanted}`)
  return folder
}

/** Runs the package's install script on a copy, and puts the copy in the package's place if it then loads. */
async function downloadOfficial(packageFolder: string, options: TensorflowSetupOptions): Promise<boolean> {
  const { variant, report, signal } = options
  if (variant === 'cuda' && ((await computeCapability(signal)) ?? 0) >= 9) {
    report('The package’s own TensorFlow 2.9 is older than this card; building against a newer one')
    return false
  }
  report('Trying the package’s own download (TensorFlow 2.9)')
  const copy = `${packageFolder}.new`
  try {
    await cp(packageFolder, copy, { recursive: true })
    await rm(dirname(addonPath(copy)), { recursive: true, force: true })
    const script = `node scripts/install.js ${variant === 'cuda' ? 'gpu' : 'cpu'} download`
    await runCommand('npm', ['exec', '--offline', '--call', script], { signal, cwd: copy })
    const reason = await whyAddonFails(addonPath(copy))
    if (reason !== null) throw new TensorflowSetupError(reason)
    await rm(packageFolder, { recursive: true })
    await rename(copy, packageFolder)
    return true
  } catch (error) {
    signal.throwIfAborted()
    report(`  not to be had: ${(error as Error).message}`)
    return false
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

/** Node resolves the link before it loads the addon, which finds its library beside its real place. */
async function linkInto(addon: string, built: string): Promise<void> {
  await mkdir(dirname(addon), { recursive: true })
  await rm(`${addon}.new`, { force: true })
  await symlink(built, `${addon}.new`)
  await rename(`${addon}.new`, addon)
}
