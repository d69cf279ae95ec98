import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
import { InvalidFormError } from '../console/form.ts'
import { UnknownRunError } from '../console/runs/run-id.ts'
import { isDatabaseRefusing, isDatabaseUnavailable, isStatementTimeout } from '../db/connection-errors.ts'
import { ExperimentConflictError, UnknownExperimentError } from '../experiments/experiment.ts'
import { InvalidDefinitionError } from '../experiments/parse-definition.ts'
import { BatchStatusError, UnknownBatchError } from '../ratings/batches.ts'
import { RatedItemError } from '../ratings/item-catalog.ts'
import { UnknownDirectionError } from '../recommender/directions.ts'
import {
  AbortError,
  InferenceLostError,
  OverloadedError,
  UnsupportedByModelError,
} from '../recommender/inference/inference.ts'
import { ModelUnavailableError, NoChampionError, UnknownModelError } from '../recommender/live-champions.ts'
import { UnknownItemError } from '../recommender/served-model.ts'
import { IndexNotReadyError } from '../recommender/similar-users.ts'
import { ArtifactStoreError } from '../registry/artifact-store.ts'
import { ConfiguredDefaultError } from '../registry/change-champion.ts'
import { ChampionChangedError, UnknownVersionError, UnusableArtifactError } from '../registry/registry.ts'
import { UnknownReportError } from '../retraining/report/reports.ts'
import { NoSegmentsError } from '../segments/segmentation.ts'
import type { Environment } from './environment.ts'
import { createOutageLog } from './outage-log.ts'
import { type ProblemName, problem, problemOfException } from './problem.ts'

/** Turns errors thrown by routes into problems. Unexpected errors are logged; the response has no details of them. */
export function errorHandler(log: Logger): ErrorHandler<Environment> {
  const logOutage = createOutageLog(log)
  return (error, c) => {
    const name = problemOf(error)
    const requestId = c.get('requestId')
    if (name === 'internal-error') log.error({ requestId, err: error }, 'unexpected error')
    if (name === 'artifacts-unavailable') log.error({ requestId, err: error }, 'artifact store unavailable')
    if (name === 'database-unavailable') logOutage(error, requestId)
    return problem(c, name, details[name] ?? error.message)
  }
}

function problemOf(error: Error): ProblemName {
  if (error instanceof HTTPException) return problemOfException(error)
  if (error instanceof UnknownModelError) return 'unknown-model'
  if (error instanceof NoChampionError) return 'no-champion'
  if (error instanceof ModelUnavailableError) return 'model-unavailable'
  if (error instanceof InferenceLostError) return 'model-unavailable'
  if (error instanceof OverloadedError) return 'overloaded'
  if (error instanceof AbortError) return 'client-disconnected'
  if (error instanceof UnknownExperimentError) return 'unknown-experiment'
  if (error instanceof ExperimentConflictError) return 'experiment-conflict'
  if (error instanceof UnknownVersionError) return 'unknown-version'
  if (error instanceof UnusableArtifactError) return 'unusable-artifact'
  if (error instanceof ArtifactStoreError) return 'artifacts-unavailable'
  if (error instanceof ChampionChangedError) return 'champion-changed'
  if (error instanceof ConfiguredDefaultError) return 'configured-default'
  if (error instanceof UnknownBatchError) return 'unknown-batch'
  if (error instanceof BatchStatusError) return 'batch-conflict'
  if (error instanceof InvalidFormError) return 'invalid-request'
  if (error instanceof UnknownRunError) return 'not-found'
  if (error instanceof InvalidDefinitionError) return 'invalid-request'
  if (error instanceof UnknownReportError) return 'unknown-report'
  if (error instanceof UnsupportedByModelError) return 'unsupported-by-model'
  if (error instanceof UnknownDirectionError) return 'unknown-attribute'
  if (error instanceof NoSegmentsError) return 'unknown-segments'
  if (error instanceof UnknownItemError) return 'unknown-item'
  if (error instanceof RatedItemError) return 'rated-item'
  if (error instanceof IndexNotReadyError) return 'index-not-ready'
  if (isStatementTimeout(error)) return 'timed-out'
  const isOutage = isDatabaseUnavailable(error) || isDatabaseRefusing(error)
  return isOutage ? 'database-unavailable' : 'internal-error'
}

/** Instead of messages that were not written for clients. */
const details: Partial<Record<ProblemName, string>> = {
  'malformed-body': 'The body must be JSON in UTF-8: check its brackets, quotes and commas.',
  'unsupported-media-type': 'Send the body as JSON with the header Content-Type: application/json.',
  'timed-out': 'The response was not ready in time; retry.',
  'database-unavailable': 'The database is unavailable; retry. The log of the service says why.',
  'artifacts-unavailable': 'The artifact store is unavailable; retry. The log of the service says why.',
  'internal-error': 'The log of the service has the details under this request id.',
}
