// What goes between the service and the thread that computes.
import type { Artifact } from '../../registry/artifact.ts'
import type { Abilities, Question } from '../answering/question.ts'

/** What computing takes of an artifact. */
export type ModelParts = Pick<Artifact, 'model' | 'hyperparameters' | 'weights' | 'popularity'>

export type Task =
  | { readonly kind: 'open'; readonly parts: ModelParts }
  | { readonly kind: 'answer'; readonly model: number; readonly questions: readonly Question[] }
  | { readonly kind: 'dispose'; readonly model: number }

/** The reply to `open`. */
export interface Opened {
  readonly model: number
  readonly abilities: Abilities
}

export interface Order {
  readonly id: number
  readonly task: Task
}

/** The first, of id 0, tells the backend. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: unknown }

export interface ThreadData {
  /** The backend asked for by name. */
  readonly backend: string | undefined
}
