// Exposures on disk until the database has them, so that a process that dies loses none.
import { randomUUID } from 'node:crypto'
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Exposure, exposureSchema } from './exposure.ts'

/** A closed page of a journal. */
export interface JournalPage {
  /** The exposures on the page. Lines that are not exposures are moved to the file of unreadable lines. */
  read(): { readonly exposures: Exposure[]; readonly unreadable: number }
  remove(): void
}

export interface ExposureJournal {
  /** Writes an exposure to disk in a few microseconds, so that it survives the process. */
  append(exposure: Exposure): void
  /** Closes the current page; the next exposure opens another. */
  turnPage(): JournalPage
}

/** The file in the folder of a journal that keeps unreadable lines. */
export const unreadableFile = 'unreadable.txt'

/**
 * A journal in `folder`, in pages of JSON lines named after this process. `inherited` are the pages of dead processes.
 */
export function openExposureJournal(folder: string): {
  readonly journal: ExposureJournal
  readonly inherited: readonly JournalPage[]
} {
  // Exposures name users.
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const inherited = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl') && !isBeingWritten(name))
    .flatMap((name) => takeOver(name, folder))
  return { journal: createJournal(folder), inherited }
}

/** The journals of this process. */
const ownJournals = new Set<string>()

function createJournalId(): string {
  const id = randomUUID()
  ownJournals.add(id)
  return id
}

/** None if another process, which starts at the same time, has taken the page over. */
function takeOver(name: string, folder: string): JournalPage[] {
  const path = join(folder, `${process.pid}-${createJournalId()}-0.jsonl`)
  try {
    renameSync(join(folder, name), path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return [pageAt(path, folder)]
}

function createJournal(folder: string): ExposureJournal {
  const journalId = createJournalId()
  let page = 0
  const pathOf = (number: number) => join(folder, `${process.pid}-${journalId}-${number}.jsonl`)
  return {
    append: (exposure) => appendFileSync(pathOf(page), `${JSON.stringify(exposure)}\n`),
    turnPage: () => pageAt(pathOf(page++), folder),
  }
}

function pageAt(path: string, folder: string): JournalPage {
  return {
    read: () => {
      // The last line is incomplete if its process died while writing.
      const lines = readIfExists(path).split('\n').slice(0, -1)
      const parsed = lines.map((line) => ({ line, exposure: parseExposure(line) }))
      const unreadable = parsed
        .filter(({ exposure }) => exposure === undefined)
        .map(({ line }) => `${line}\n`)
      if (unreadable.length > 0)
        appendFileSync(join(folder, unreadableFile), unreadable.join(''), { mode: 0o600 })
      return { exposures: parsed.flatMap(({ exposure }) => exposure ?? []), unreadable: unreadable.length }
    },
    remove: () => rmSync(path, { force: true }),
  }
}

/** Empty if no exposure could be written to the page. */
function readIfExists(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function parseExposure(line: string): Exposure | undefined {
  try {
    return exposureSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/**
 * Whether the process that the page is named after is alive. In a container the main process always has the number 1, so a
 * page with the number of this process may be that of a dead one.
 */
export function isBeingWritten(name: string): boolean {
  const [, pid, journalId] = /^(\d+)-(.+)-\d+\.jsonl$/.exec(name) ?? []
  if (pid === undefined || journalId === undefined) return false
  return Number(pid) === process.pid ? ownJournals.has(journalId) : isRunning(Number(pid))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
