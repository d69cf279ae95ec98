import type { Context } from 'hono'

/** The person who reads a page. */
export interface Visitor {
  /** The name of the API key; `console` where no keys are required. */
  readonly name: string
  /** Whether changes are allowed, and the pages that require the scope `admin`. */
  readonly isAdmin: boolean
  /** False where no keys are required. */
  readonly isSignedIn: boolean
  /** Every form that changes something sends it as `token`. */
  readonly token: string
}

/** The context of the pages. */
export interface ConsoleEnvironment {
  Variables: { visitor: Visitor }
}

export type ConsoleContext = Context<ConsoleEnvironment>
