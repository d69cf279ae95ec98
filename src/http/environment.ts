import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'hono'
import type { Exposure } from '../experiments/exposure.ts'
import type { CancelSignal } from '../recommender/inference/inference.ts'

/** The context of every handler. */
export interface Environment {
  Bindings: {
    /** Absent when the app is called without a server. */
    incoming?: IncomingMessage
    outgoing?: ServerResponse
    /** Whether the request came to the port of this process alone. */
    isOwnPort?: true
  }
  Variables: {
    requestId: string
    /** Set when the response is part of an experiment. */
    exposure?: Exposure
  }
}

/**
 * Aborted once the client has disconnected, or the response was sent because the time limit was reached. It reads the
 * state of the response, which costs less than the `AbortSignal` of the request.
 */
export function clientSignal({ env }: Context<Environment>): CancelSignal {
  const outgoing = env?.outgoing
  return {
    get aborted() {
      return outgoing !== undefined && (outgoing.destroyed || outgoing.writableEnded)
    },
  }
}
