// Why Dawn finds no adapter on Linux: no Vulkan loader, no driver registered with it, or drivers that it cannot use.
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { environmentOfProcess } from '../../config/config.ts'

export interface VulkanFolders {
  readonly libraries: readonly string[]
  /** With the manifests of drivers. */
  readonly drivers: readonly string[]
}

/** What is missing and how to install it; call it where no adapter was found. */
export function diagnoseVulkan(
  environment: Readonly<Record<string, string | undefined>> = environmentOfProcess(),
  { libraries, drivers }: VulkanFolders = systemFolders,
): string {
  const named = (environment.VK_DRIVER_FILES ?? environment.VK_ICD_FILENAMES ?? '').split(':').filter(Boolean)
  const ownLibraries = (environment.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean)
  if (![...ownLibraries, ...libraries].some((folder) => existsSync(join(folder, 'libvulkan.so.1'))))
    return 'the Vulkan loader libvulkan.so.1 is missing; install libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora)'
  const absent = named.filter((file) => !existsSync(file))
  if (absent.length > 0)
    return `VK_DRIVER_FILES names ${absent.join(', ')}, which does not exist; correct or unset it`
  const manifests = named.length > 0 ? named : drivers.flatMap(manifestsIn)
  if (manifests.length === 0)
    return `no Vulkan driver (ICD) is registered in ${drivers.join(', ')}; ${driverRemedy}, or set VK_DRIVER_FILES to the driver’s .json file`
  return `the Vulkan drivers ${manifests.map((file) => basename(file)).join(', ')} show no adapter that Dawn accepts: there is no card for them, or they are too old, such as Mesa 22.3 of Debian 12; ${driverRemedy}`
}

const driverRemedy =
  'install a current driver: NVIDIA’s with its Vulkan library (libnvidia-gl-… on Ubuntu, nvidia-vulkan-icd on Debian), mesa-vulkan-drivers for AMD and Intel'

const systemFolders: VulkanFolders = {
  libraries: [
    '/lib/x86_64-linux-gnu',
    '/usr/lib/x86_64-linux-gnu',
    '/lib/aarch64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/lib64',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/lib',
  ],
  drivers: ['/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/usr/share/vulkan/icd.d'],
}

function manifestsIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
}
