/** Something that must hold of the ratings before anything is trained on them. */
export interface DataCheck {
  readonly name: string
  readonly passed: boolean
  /** What was found, in a plain sentence. */
  readonly finding: string
}
