import type { Logger } from 'pino'
import type { Exposure, WriteExposures } from './exposure.ts'
import { openExposureJournal } from './exposure-journal.ts'

export interface ExposureLog {
  /** Records that a list was served. Never blocks and never throws. */
  add(exposure: Exposure): void
  /** Writes the remaining exposures; if the database is unavailable they stay on disk for the next process. */
  close(): Promise<void>
}

export interface ExposureLogOptions {
  readonly write: WriteExposures
  /** Where exposures wait on disk until they are written. */
  readonly folder: string
  readonly log: Logger
}

const writeIntervalMs = 500
const maxBatchSize = 1000
/** When more are waiting, exposures are kept on disk only. */
const maxInMemory = 100_000

/**
 * Writes exposures to the database in batches, in the background. Each is on disk first: the exposures of a killed
 * process are written by the next one that opens the folder, and a row written twice is stored once.
 */
export function openExposureLog({ write, folder, log }: ExposureLogOptions): ExposureLog {
  const { journal, inherited, forget } = openExposureJournal(folder)
  let waiting: Exposure[] = []
  let forgetWaiting: (() => void)[] = inherited.length > 0 ? [forget] : []
  let overflowed = false
  let writing: Promise<void> | null = null
  for (const exposure of inherited) waiting.push(exposure)

  const writeAll = async () => {
    const [batch, written] = [waiting, [...forgetWaiting, journal.turnPage()]]
    waiting = []
    forgetWaiting = []
    try {
      for (let start = 0; start < batch.length; start += maxBatchSize)
        await write(batch.slice(start, start + maxBatchSize))
      if (!overflowed) for (const forgetPage of written) forgetPage()
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
  const timer = setInterval(() => void flush(), writeIntervalMs)
  timer.unref()

  return {
    add: (exposure) => {
      try {
        journal.append(exposure)
      } catch (err) {
        log.error({ err }, 'an exposure cannot be written to disk')
      }
      if (waiting.length < maxInMemory) waiting.push(exposure)
      else overflowed = true
    },
    close: async () => {
      clearInterval(timer)
      await writing
      await flush()
    },
  }
}
