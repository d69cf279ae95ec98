/** Where a rating or a user goes; `none` is left out. */
export const part = { train: 0, validation: 1, test: 2, none: 3 } as const

/** Hash bucket 0 is the test part, 1 the validation part, and the others are trained on. */
export function partOfBucket(bucket: number): number {
  return bucket === 0 ? part.test : bucket === 1 ? part.validation : part.train
}
