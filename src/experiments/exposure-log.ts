import type { Logger } from 'pino'
import type { Exposure, WriteExposures } from './exposure.ts'
import { type JournalPage, openExposureJournal, unreadableFile } from './exposure-journal.ts'

export interface ExposureLog {
  /** Records that a list was served. Never blocks and never throws. */
  add(exposure: Exposure): void
  /** What went wrong since the log was opened. */
  losses(): ExposureLosses
  /** Writes the remaining exposures; if the database is unavailable they stay on disk for the next process. */
  close(): Promise<void>
}

export interface ExposureLosses {
  /** Exposures that could not be written to disk: lost if the process is killed before it writes them to the database. */
  readonly notOnDisk: number
  /** Lines of the journal that could not be read, and were lost. */
  readonly unreadable: number
  /** Whether exposures are waiting for the database. */
  readonly areWaiting: boolean
}

export interface ExposureLogOptions {
  readonly write: WriteExposures
  /** Where exposures wait on disk until they are written. */
  readonly folder: string
  readonly log: Logger
  /** When more are waiting, exposures are kept on disk only, and read from there to be written. */
  readonly maxInMemory?: number
}

const writeIntervalMs = 500
const maxBatchSize = 1000

/** A page of the journal and its exposures; null if they are on disk only. */
interface WaitingPage {
  readonly page: JournalPage
  readonly exposures: readonly Exposure[] | null
}

/**
 * Writes exposures to the database in batches, in the background. Each is on disk first: the exposures of a killed
 * process are written by the next one that opens the folder, and a row written twice is stored once.
 */
export function openExposureLog(options: ExposureLogOptions): ExposureLog {
  const { write, folder, log, maxInMemory = 100_000 } = options
  const { journal, inherited } = openExposureJournal(folder)
  const waiting: WaitingPage[] = inherited.map((page) => ({ page, exposures: null }))
  let current: Exposure[] | null = null
  let currentIsOnDiskOnly = false
  let inMemory = 0
  let writing: Promise<void> | null = null
  let isDatabaseAvailable = true
  let notOnDisk = 0
  let unreadableLines = 0

  const turnPage = () => {
    if (current === null) return
    waiting.push({ page: journal.turnPage(), exposures: currentIsOnDiskOnly ? null : current })
    current = null
    currentIsOnDiskOnly = false
  }
  const read = (page: JournalPage): readonly Exposure[] => {
    const { exposures, unreadable } = page.read()
    unreadableLines += unreadable
    if (unreadable > 0)
      log.warn({ unreadable, file: unreadableFile }, 'lines of the exposure journal are unreadable')
    return exposures
  }
  const writeAll = async () => {
    turnPage()
    try {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        const exposures = next.exposures ?? read(next.page)
        for (let start = 0; start < exposures.length; start += maxBatchSize)
          await write(exposures.slice(start, start + maxBatchSize))
        waiting.shift()
        inMemory -= next.exposures?.length ?? 0
        next.page.remove()
        if (!isDatabaseAvailable) log.info('exposures are written to the database again')
        isDatabaseAvailable = true
      }
    } catch (err) {
      if (isDatabaseAvailable) log.warn({ err }, 'exposures wait for the database')
      isDatabaseAvailable = false
    }
  }
  const flush = () => {
    if (waiting.length === 0 && current === null) return Promise.resolve()
    writing ??= writeAll().finally(() => {
      writing = null
    })
    return writing
  }
  const timer = setInterval(() => void flush(), writeIntervalMs)
  timer.unref()

  return {
    add: (exposure) => {
      try {
        journal.append(exposure)
      } catch (err) {
        notOnDisk++
        log.error({ err }, 'an exposure cannot be written to disk')
      }
      current ??= []
      if (inMemory >= maxInMemory) currentIsOnDiskOnly = true
      if (currentIsOnDiskOnly) {
        inMemory -= current.length
        current = []
      } else {
        current.push(exposure)
        inMemory++
      }
    },
    losses: () => ({ notOnDisk, unreadable: unreadableLines, areWaiting: !isDatabaseAvailable }),
    close: async () => {
      clearInterval(timer)
      await writing
      await flush()
    },
  }
}
