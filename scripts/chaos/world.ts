// The ratings of the run: some imported before it, some sent by clients, some imported again and again.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import type { Rating } from '../../src/ratings/rating.ts'

export interface World {
  readonly userIds: readonly string[]
  /** Imported before the run. */
  readonly first: readonly Rating[]
  /** Sent by clients. */
  readonly live: readonly Rating[]
}

export function createWorld(seed: number): World {
  const world = createPlantedWorld({ users: 200, items: 80, ratingsPerUser: 40, seed })
  const ratings = [...world.ratings()]
  return {
    userIds: [...new Set(ratings.map(({ userId }) => userId))],
    first: ratings.filter((_, n) => n % 2 === 0),
    live: ratings.filter((_, n) => n % 2 === 1),
  }
}

export async function writeFirst({ first }: World, folder: string): Promise<string> {
  return writeRatings(join(folder, 'ratings.csv'), first)
}

export const importedUsers = 60
export const importedItems = 50

/** All files of the run rate the same pairs: the time of a rating says which import it is from. */
export function writeImport(number: number, startedAt: number, folder: string): Promise<string> {
  const ratings = Array.from({ length: importedUsers * importedItems }, (_, n): Rating => {
    const [user, item] = [Math.floor(n / importedItems), n % importedItems]
    const value = 1 + ((7 * user + 3 * item + number) % 5)
    return { userId: `imported${user}`, itemId: `i${item + 1}`, value, time: startedAt + number }
  })
  return writeRatings(join(folder, 'import.csv'), ratings)
}

async function writeRatings(path: string, ratings: readonly Rating[]): Promise<string> {
  const lines = ratings.map(({ userId, itemId, value, time }) => [userId, itemId, value, time].join())
  await writeFile(path, `userId,movieId,rating,timestamp\n${lines.join('\n')}\n`)
  return path
}
