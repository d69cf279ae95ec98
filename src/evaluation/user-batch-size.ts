/** How many users to score at once, so that a batch's scores stay at or under 64 MiB however many items there are. */
export function userBatchSize(items: number): number {
  return Math.min(mostUsers, Math.max(1, Math.floor(scoresPerBatch / items)))
}

const scoresPerBatch = 2 ** 24
const mostUsers = 1000
