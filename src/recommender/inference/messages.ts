// The messages between the service and the thread of a model.
import type { Artifact } from '../../registry/artifact.ts'
import type { InferenceRequest } from './requests.ts'

/** The parts of an artifact that inference needs. */
export type ModelParts = Pick<Artifact, 'model' | 'hyperparameters' | 'weights' | 'popularity'>

export type ThreadRequest =
  /** The value of its response is the model's `Capabilities`. */
  | { readonly id: number; readonly kind: 'open'; readonly parts: ModelParts }
  /** The value of its response is an array of `InferenceResult`. */
  | { readonly id: number; readonly kind: 'infer'; readonly requests: readonly InferenceRequest[] }

/** The first response, with id 0, is sent unasked: its value is the `BackendChoice`. */
export type ThreadResponse =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: unknown }

export interface ThreadData {
  /** The backend requested by name. */
  readonly backend: string | undefined
}
