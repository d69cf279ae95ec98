import { chmod, mkdir } from 'node:fs/promises'

/** The folder for a server of root whose user cannot access the checkout; unlike /var/tmp it is never cleaned up. */
export const systemFolderPath = '/var/lib/palate'

/** The same, created if missing, and accessible to all users. */
export async function systemFolder(): Promise<string> {
  await mkdir(systemFolderPath, { recursive: true })
  await chmod(systemFolderPath, 0o755)
  return systemFolderPath
}
