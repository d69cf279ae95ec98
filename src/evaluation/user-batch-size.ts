/** How many users to score at once, so that the scores of a batch take at most 64 MiB. */
export function userBatchSize(items: number): number {
  return Math.min(maxUsers, Math.max(1, Math.floor(scoresPerBatch / items)))
}

const scoresPerBatch = 2 ** 24
const maxUsers = 1000
