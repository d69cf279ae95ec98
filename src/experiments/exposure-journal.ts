// Exposures on disk until the database has them, so that a process that dies loses none.
import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Exposure } from './exposure.ts'

export interface ExposureJournal {
  /** Writes an exposure to disk in a few microseconds, so that it survives the process. */
  append(exposure: Exposure): void
  /** Closes the current page; the next exposure opens another. Returns a function that deletes the closed page. */
  turnPage(): () => void
}

/**
 * A journal in `folder`, in pages of JSON lines named after this process. `inherited` are the exposures on pages of
 * dead processes; `forget` deletes those pages.
 */
export function openExposureJournal(folder: string): {
  readonly journal: ExposureJournal
  readonly inherited: readonly Exposure[]
  readonly forget: () => void
} {
  mkdirSync(folder, { recursive: true })
  const orphans = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && !isRunning(Number.parseInt(name, 10)))
    .map((name) => join(folder, name))
  return {
    journal: createJournal(folder),
    inherited: orphans.flatMap((page) => readPage(page)),
    forget: () => {
      for (const page of orphans) rmSync(page, { force: true })
    },
  }
}

function createJournal(folder: string): ExposureJournal {
  // Two journals of one process may open in the same millisecond.
  const journalId = randomUUID()
  let page = 0
  const pathOf = (number: number) => join(folder, `${process.pid}-${journalId}-${number}.jsonl`)
  return {
    append: (exposure) => appendFileSync(pathOf(page), `${JSON.stringify(exposure)}\n`),
    turnPage: () => {
      const closed = pathOf(page++)
      return () => rmSync(closed, { force: true })
    },
  }
}

/** Skips an incomplete last line, left by a process that died while writing. */
function readPage(path: string): Exposure[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Exposure)
}

export function isRunning(pid: number): boolean {
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
