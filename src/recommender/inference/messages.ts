// The messages between the service and an inference thread.
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { Artifact } from '../../registry/artifact.ts'
import type { InferenceRequest } from './requests.ts'

/** The parts of an artifact that inference needs. */
export type ModelParts = Pick<
  Artifact,
  'model' | 'hyperparameters' | 'weights' | 'popularity' | 'attributeRegression' | 'retrieval'
>

/** `model` is the number of a model, chosen when it is opened. */
export type ThreadRequestBody =
  /** The value of its response is the model's `Capabilities`. */
  | { readonly kind: 'open'; readonly model: number; readonly parts: ModelParts }
  /** The value of its response is an array of `InferenceResult`. */
  | { readonly kind: 'infer'; readonly model: number; readonly requests: readonly InferenceRequest[] }
  /** Replaces the new items, see `Inference`. */
  | { readonly kind: 'set-new-items'; readonly model: number; readonly features: CsrMatrix }
  /** No request for the model may follow. */
  | { readonly kind: 'close'; readonly model: number }

export type ThreadRequest = ThreadRequestBody & { readonly id: number }

/** The first response, with id 0, is sent unasked: its value is the `BackendChoice`. */
export type ThreadResponse =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: unknown }

export interface ThreadData {
  /** The backend requested by name. */
  readonly backend: string | undefined
}
