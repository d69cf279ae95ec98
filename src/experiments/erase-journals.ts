import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../registry/write-atomically.ts'
import { isBeingWritten } from './exposure-journal.ts'

/**
 * Removes the lines of a user from the exposures that ended processes left in `folder`. Those of running processes are
 * written within a second, without erased users, and deleted.
 *
 * @returns how many lines
 */
export async function eraseFromJournals(folder: string, userId: string): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  let erased = 0
  for (const name of names.filter((file) => !isBeingWritten(file))) {
    const path = join(folder, name)
    // another process may have opened and deleted the page
    const text = await readFile(path, 'utf8').catch(() => '')
    const lines = text.split('\n')
    const kept = lines.filter((line) => !mentions(line, userId))
    if (kept.length === lines.length) continue
    erased += lines.length - kept.length
    if (kept.some((line) => line !== '')) await writeAtomically(path, [Buffer.from(kept.join('\n'))])
    else await rm(path, { force: true })
  }
  return erased
}

/** A line that is damaged is erased if it contains the id at all. */
function mentions(line: string, userId: string): boolean {
  try {
    return line !== '' && (JSON.parse(line) as { userId?: unknown }).userId === userId
  } catch {
    return line.includes(userId)
  }
}
