import type { ServedModel } from './served-model.ts'

/** A loaded version that is freed only when nobody uses it any more. */
export class LeasedModel {
  readonly model: ServedModel
  #leases = 0
  #retired = false

  constructor(model: ServedModel) {
    this.model = model
  }

  async use<T>(task: (model: ServedModel) => Promise<T>): Promise<T> {
    this.#leases++
    try {
      return await task(this.model)
    } finally {
      this.#leases--
      this.#freeWhenIdle()
    }
  }

  /** Frees the model once the tasks that use it have ended; no new task may come. */
  retire(): void {
    this.#retired = true
    this.#freeWhenIdle()
  }

  #freeWhenIdle(): void {
    if (this.#retired && this.#leases === 0) this.model.inference.dispose()
  }
}
