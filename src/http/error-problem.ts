// Which problem an error is to the outside.
import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
import { isDatabaseUnavailable, isStatementTimeout } from '../db/connection-errors.ts'
import { ExperimentConflictError, UnknownExperimentError } from '../experiments/experiment.ts'
import { ModelUnavailableError, NoChampionError, UnknownModelError } from '../recommender/champion-errors.ts'
import {
  AbandonedError,
  InferenceLostError,
  OverloadedError,
  UnsupportedByModelError,
} from '../recommender/inference.ts'
import { UnknownItemError } from '../recommender/latent-space.ts'
import { IndexNotReadyError } from '../recommender/similar-users.ts'
import { UnknownReportError } from '../retraining/report/reports.ts'
import type { Environment } from './environment.ts'
import { type ProblemName, problem, problemOfException } from './problem.ts'

/** Answers for errors that routes throw. What nobody foresaw is logged, and told without its details. */
export function answerErrors(log: Logger): ErrorHandler<Environment> {
  return (error, c) => {
    const name = nameOf(error)
    const requestId = c.get('requestId')
    if (name === 'internal-error') log.error({ requestId, err: error }, 'unforeseen error')
    if (name === 'database-unavailable') log.warn({ requestId, err: error }, 'database away')
    return problem(c, name, details[name] ?? error.message)
  }
}

function nameOf(error: Error): ProblemName {
  if (error instanceof HTTPException) return problemOfException(error)
  if (error instanceof UnknownModelError) return 'unknown-model'
  if (error instanceof NoChampionError) return 'no-champion'
  if (error instanceof ModelUnavailableError) return 'model-unavailable'
  if (error instanceof InferenceLostError) return 'model-unavailable'
  if (error instanceof OverloadedError) return 'overloaded'
  if (error instanceof AbandonedError) return 'abandoned'
  if (error instanceof UnknownExperimentError) return 'unknown-experiment'
  if (error instanceof ExperimentConflictError) return 'experiment-conflict'
  if (error instanceof UnknownReportError) return 'unknown-report'
  if (error instanceof UnsupportedByModelError) return 'unsupported-by-model'
  if (error instanceof UnknownItemError) return 'unknown-item'
  if (error instanceof IndexNotReadyError) return 'index-not-ready'
  if (isStatementTimeout(error)) return 'timed-out'
  return isDatabaseUnavailable(error) ? 'database-unavailable' : 'internal-error'
}

/** Said in place of messages that were not written for the asker. */
const details: Partial<Record<ProblemName, string>> = {
  'malformed-body': 'The body must be JSON in UTF-8: check its brackets, quotes and commas.',
  'unsupported-media-type': 'Send the body as JSON with the header Content-Type: application/json.',
  'timed-out': 'The answer did not come in time; ask again.',
  'database-unavailable': 'The database cannot be reached just now; ask again.',
  'internal-error': 'The log of the service tells more under this request id.',
}
