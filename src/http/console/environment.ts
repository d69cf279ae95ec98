import type { Visitor } from '../../console/visitor.ts'
import type { Scope } from '../access/scopes.ts'
import type { Environment } from '../environment.ts'

/** The context of the console. */
export interface VisitedEnvironment extends Environment {
  Variables: Environment['Variables'] & {
    visitor: Visitor
    /** Of the key; absent where no keys are required. */
    scopes?: readonly Scope[]
    /** Of the cookie. */
    sessionId: string
  }
}
