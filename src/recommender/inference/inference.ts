// The interface between the service and a model's computation, which may run in another thread.
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { Artifact } from '../../registry/artifact.ts'
import type { Capabilities, InferenceRequest, InferenceResult } from './requests.ts'

/** An open model. Requests and results are plain data and small, whatever the number of items. */
export interface Inference {
  /** What may be requested; a request beyond it is a caller's error. */
  readonly capabilities: Capabilities
  /** Whether the model can no longer compute and must be opened again. */
  readonly isLost: boolean
  /**
   * @throws OverloadedError
   * @throws AbortError when the signal is aborted before the computation starts
   * @throws InferenceLostError
   */
  infer<R extends InferenceRequest>(request: R, options?: InferOptions): Promise<InferenceResult<R>>
  /**
   * Replaces the items that the model was not trained on, for requests that follow. Their numbers follow those of the trained
   * items. Only for an artifact with a regression on attributes.
   *
   * @param features new items × features of the regression
   */
  setNewItems(features: CsrMatrix): void
  /** Frees the model; no request may follow. */
  dispose(): void
}

export interface InferOptions {
  readonly signal?: CancelSignal | undefined
}

/**
 * The part of an `AbortSignal` that inference reads, once, when a request leaves the queue. Creating an `AbortSignal`
 * for every request costs throughput, so the service passes an object that reads the state of the connection.
 */
export type CancelSignal = Pick<AbortSignal, 'aborted'>

/**
 * Opens a model; it takes ownership of the artifact's weights.
 *
 * @throws Error when the weights do not fit the model, its hyperparameters or its items
 */
export type OpenInference = (artifact: Artifact) => Promise<Inference>

/** This kind of model does not support the request; the message says why, and which models do. */
export class UnsupportedByModelError extends Error {
  override readonly name = 'UnsupportedByModelError'
}

/** Too many requests are waiting; this one was rejected and may be retried soon. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError'
}

/** The request was canceled before its computation started. */
export class AbortError extends Error {
  override readonly name = 'AbortError'
}

/**
 * Not `AbortSignal.throwIfAborted`: the server aborts the signal of a request with a text.
 *
 * @throws AbortError
 */
export function throwIfCanceled(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw new AbortError('The request was canceled')
}

/** The thread of the model has ended; the model must be opened again. */
export class InferenceLostError extends Error {
  override readonly name = 'InferenceLostError'
}
