import type { ServerResponse } from 'node:http'
import type { Context } from 'hono'
import type { Exposure } from '../experiments/exposure.ts'

/** What every handler finds in its context. */
export interface Environment {
  Bindings: {
    /** Absent where the app is asked without a server. */
    outgoing?: ServerResponse
  }
  Variables: {
    requestId: string
    /** Set where the answer is part of an experiment. */
    exposure?: Exposure
  }
}

/** Tells whether nobody waits for the answer any more: whoever asked has hung up, or its time was over. */
export function abandonment({ env }: Context<Environment>): () => boolean {
  const outgoing = env?.outgoing
  return () => outgoing !== undefined && (outgoing.destroyed || outgoing.writableEnded)
}
