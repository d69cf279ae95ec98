import { rename, rm } from 'node:fs/promises'

/**
 * Replaces a file by the one that `write` writes to the path it gets, of which nothing is left after an error. Readers see the
 * whole file or the previous one. Each call has a path of its own, so that two do not mix their files.
 */
export async function replaceFile<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${path}.${crypto.randomUUID()}.part`
  try {
    const result = await write(temporary)
    await rename(temporary, path)
    return result
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
