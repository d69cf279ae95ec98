export interface Peeked<T> {
  /** The first value; undefined for an empty stream. */
  readonly first: T | undefined
  /** All values including the first; can be read once. */
  readonly all: AsyncIterable<T>
  /** Releases the stream if `all` is not read to its end. */
  close(): Promise<void>
}

/** Reads the first value of a stream without consuming it. */
export async function peek<T>(values: AsyncIterable<T>): Promise<Peeked<T>> {
  const iterator = values[Symbol.asyncIterator]()
  const first = await iterator.next()
  let pending: IteratorResult<T> | undefined = first
  const next = async () => {
    const result = pending ?? (await iterator.next())
    pending = undefined
    return result
  }
  const close = async () => void (await iterator.return?.())
  return {
    first: first.done ? undefined : first.value,
    all: {
      [Symbol.asyncIterator]: () => ({
        next,
        return: () => close().then(() => ({ done: true, value: undefined })),
      }),
    },
    close,
  }
}
