import type { Logger } from 'pino'
import type { Exposure } from '../experiments/exposure.ts'

/** What every handler finds in its context. */
export interface Environment {
  Variables: {
    requestId: string
    /** Writes lines that carry the request's id. */
    log: Logger
    /** Set where the answer is part of an experiment. */
    exposure?: Exposure
  }
}
