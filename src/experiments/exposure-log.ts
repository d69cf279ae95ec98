import type { Logger } from 'pino'
import type { Exposure, WriteExposures } from './exposure.ts'
import { openExposureJournal } from './exposure-journal.ts'

export interface ExposureLog {
  /** Notes that a list was served. Never waits and never throws. */
  add(exposure: Exposure): void
  /** Writes what is left; what the database does not take stays on disk for the next process. */
  close(): Promise<void>
}

export interface ExposureLogOptions {
  readonly write: WriteExposures
  /** Where exposures wait on disk until they are written. */
  readonly folder: string
  readonly log: Logger
}

const writeEvery = 500 // milliseconds
const largestBatch = 1000
/** Beyond it the database has been away for long: exposures wait on disk alone. */
const mostInMemory = 100_000

/**
 * Writes exposures in batches beside the requests. Each is on disk before it is in the database: whatever a process
 * that was killed left behind is written by the next one that opens the same folder, and a row that comes twice is
 * one row.
 */
export function openExposureLog({ write, folder, log }: ExposureLogOptions): ExposureLog {
  const { journal, inherited, forget } = openExposureJournal(folder)
  let waiting: Exposure[] = []
  let forgetWaiting: (() => void)[] = inherited.length > 0 ? [forget] : []
  let overflown = false
  let writing: Promise<void> | null = null
  for (const exposure of inherited) waiting.push(exposure)

  const writeAll = async () => {
    const [batch, written] = [waiting, [...forgetWaiting, journal.turnPage()]]
    waiting = []
    forgetWaiting = []
    try {
      for (let start = 0; start < batch.length; start += largestBatch)
        await write(batch.slice(start, start + largestBatch))
      if (!overflown) for (const forgetPage of written) forgetPage()
    } catch (err) {
      waiting = batch.concat(waiting)
      forgetWaiting = [...written, ...forgetWaiting]
      log.warn({ err, waiting: waiting.length }, 'exposures wait for the database')
    }
  }
  const flush = () => {
    if (waiting.length === 0) return Promise.resolve()
    writing ??= writeAll().finally(() => {
      writing = null
    })
    return writing
  }
  const timer = setInterval(() => void flush(), writeEvery)
  timer.unref()

  return {
    add: (exposure) => {
      try {
        journal.append(exposure)
      } catch (err) {
        log.error({ err }, 'an exposure cannot be noted on disk')
      }
      if (waiting.length < mostInMemory) waiting.push(exposure)
      else overflown = true
    },
    close: async () => {
      clearInterval(timer)
      await writing
      await flush()
    },
  }
}
