// Why no champion can be asked.

/** No model has been made champion yet. */
export class NoChampionError extends Error {
  override readonly name = 'NoChampionError'
}

/** No champion has the name that was asked for. */
export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError'
}

/** The champion that should answer is not loaded. */
export class ModelUnavailableError extends Error {
  override readonly name = 'ModelUnavailableError'
}
