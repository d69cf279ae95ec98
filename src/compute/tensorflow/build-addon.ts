// Compiles the addon of tfjs-node-gpu against the shared library inside a TensorFlow wheel.
import { mkdir, mkdtemp, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { whyAddonFails } from './addon.ts'
import { runCommand, TensorflowSetupError } from './run-command.ts'
import { tensorflowVersion, type Variant, wheels, wheelTags } from './wheels.ts'

export interface AddonBuild {
  readonly variant: Variant
  /** Folder that keeps what was built, so that a second run takes seconds. */
  readonly cache: string
  readonly report: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Gives the path of an addon that loads, built from the sources in `packageFolder`, or of the one built earlier.
 * All is made in a staging folder and moved into place whole; an interrupted build leaves nothing.
 *
 * @throws TensorflowSetupError when a tool, disk space, the wheel or the compiler fails
 */
export async function buildAddon(packageFolder: string, build: AddonBuild): Promise<string> {
  const home = join(build.cache, `tensorflow-${tensorflowVersion}-${build.variant}`)
  const finished = join(home, addonName)
  if ((await whyAddonFails(finished)) === null) {
    build.report(`Using the addon built earlier in ${home}`)
    return finished
  }
  await requirePlatform()
  await requireTools(build.signal)
  await mkdir(build.cache, { recursive: true })
  await requireDisk(build.cache, wheels[build.variant].bytes)
  const staging = await mkdtemp(join(build.cache, 'staging-'))
  try {
    await fetchTensorflow(staging, build)
    build.report('3/4 Compiling the addon')
    await compile(packageFolder, staging, build.signal)
    build.report('4/4 Loading it')
    const reason = await whyAddonFails(join(staging, addonName))
    if (reason !== null) throw new TensorflowSetupError(`The addon was built but does not load: ${reason}`)
    await rm(home, { recursive: true, force: true })
    await rename(staging, home)
    return finished
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

const addonName = 'tfjs_binding.node'

async function fetchTensorflow(staging: string, { variant, report, signal }: AddonBuild): Promise<void> {
  const { requirement, libraries } = wheels[variant]
  const downloads = join(staging, 'downloads')
  const requirements = join(staging, 'requirements.txt')
  const pip = (verb: string, ...args: string[]) =>
    runCommand('python3', ['-m', 'pip', verb, '--quiet', '--no-deps', ...wheelTags, ...args], { signal })
  report(`1/4 Downloading TensorFlow ${tensorflowVersion} (${variant}) and checking its SHA-256`)
  await writeFile(requirements, `${requirement}\n`)
  await pip('download', '--require-hashes', `--dest=${downloads}`, `--requirement=${requirements}`)
  report(libraries.length > 0 ? '2/4 Unpacking it, and fetching the CUDA libraries' : '2/4 Unpacking it')
  const files = (await readdir(downloads)).map((name) => join(downloads, name))
  await pip('install', '--no-compile', `--target=${staging}`, ...files, ...libraries)
  await rm(downloads, { recursive: true })
}

/** The library path is relative to the addon, so the folder may move. */
async function compile(packageFolder: string, folder: string, signal: AbortSignal): Promise<void> {
  const { include_dir: nodeHeaders } = createRequire(import.meta.url)('node-api-headers')
  const library = join(folder, 'tensorflow')
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(packageFolder, 'binding', name))
  const includes = [nodeHeaders, join(library, 'include'), packageFolder].map((path) => `-I${path}`)
  const link = [`-L${library}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2']
  const flags = ['-O2', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8']
  const output = ['-Wl,-rpath,$ORIGIN/tensorflow', '-o', join(folder, addonName)]
  await runCommand('g++', [...flags, ...includes, ...sources, ...link, ...output], { signal })
}

async function requirePlatform(): Promise<void> {
  const { platform, arch } = process
  if (platform !== 'linux' || arch !== 'x64')
    throw new TensorflowSetupError(`Building the addon needs Linux on x86-64, not ${platform} on ${arch}`)
}

async function requireTools(signal: AbortSignal): Promise<void> {
  const absent = async (name: string, program: string, ...args: string[]) =>
    runCommand(program, args, { signal }).then(
      () => [],
      () => [name],
    )
  const missing = [
    ...(await absent('g++', 'g++', '--version')),
    ...(await absent('python3 with pip', 'python3', '-m', 'pip', '--version')),
  ]
  if (missing.length > 0)
    throw new TensorflowSetupError(
      `Building the addon needs ${missing.join(' and ')}. On Debian or Ubuntu: apt-get install g++ python3-pip`,
    )
}

async function requireDisk(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const gigabytes = (size: number) => (size / 1e9).toFixed(1)
  if (bavail * bsize < bytes)
    throw new TensorflowSetupError(
      `${folder} has ${gigabytes(bavail * bsize)} GB free and the build needs ${gigabytes(bytes)} GB. Free some space, or set PALATE_HOME to a folder on a larger disk`,
    )
}
