import { chmod, mkdir } from 'node:fs/promises'

/** Where root keeps a server whose user cannot enter the checkout: of root alone, and never swept like /var/tmp. */
export const systemFolderPath = '/var/lib/palate'

/** The same, made where it is missing and open to be passed through. */
export async function systemFolder(): Promise<string> {
  await mkdir(systemFolderPath, { recursive: true })
  await chmod(systemFolderPath, 0o755)
  return systemFolderPath
}
