import type { Logger } from 'pino'

/** What every handler finds in its context. */
export interface Environment {
  Variables: {
    requestId: string
    /** Writes lines that carry the request's id. */
    log: Logger
  }
}
