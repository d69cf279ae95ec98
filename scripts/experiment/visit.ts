import { type Visited, visitService } from '../../src/experiments/simulation/visit-service.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Result } from '../terminal/print-result.ts'
import { createProgress } from '../terminal/progress.ts'
import { formatTable } from '../terminal/table.ts'

export interface VisitOptions {
  /** First and last user number. */
  readonly users: readonly [number, number]
  readonly worldUsers: number
  readonly worldItems: number
  readonly worldSeed: number
  readonly visits: number
  readonly seed: number
  readonly surface?: string
}

/** Sends users of the planted world to running replicas of the service. */
export async function visit(urls: readonly string[], options: VisitOptions): Promise<Result> {
  const { users, worldUsers, worldItems, worldSeed, visits, seed, surface } = options
  const [first, last] = users
  if (last > worldUsers)
    throw new UsageError(`The simulated world has ${worldUsers} users, but --users ends at ${last}`)
  const world = createPlantedWorld({
    users: worldUsers,
    items: worldItems,
    ratingsPerUser: 1,
    seed: worldSeed,
  })
  const items = new Map(world.items.map(({ id }, item) => [id, item]))
  const visitors = Array.from({ length: last - first + 1 }, (_, n) => ({
    userId: `u${first + n}`,
    rate: (itemId: string) => {
      const item = items.get(itemId)
      return item === undefined ? Number.NEGATIVE_INFINITY : world.expectedRating(first + n - 1, item)
    },
  }))
  const total = visitors.length * visits
  const progress = createProgress({ label: 'Visits', unit: 'visits', total })
  try {
    const baseUrls = urls.map((url) => url.replace(/\/+$/, ''))
    const document = await visitService({
      urls: baseUrls,
      visitors,
      visits,
      seed,
      ...(surface !== undefined && { surface }),
      onVisit: (done) => progress.update(done),
    })
    return { document, text: formatVisits(document) }
  } finally {
    progress.finish()
  }
}

function formatVisits({ lists, clicks, failures }: Visited): string {
  const rows = Object.entries(lists).map(([variant, seen]) => [
    variant,
    String(seen),
    String(clicks[variant]),
  ])
  return [formatTable(['variant', 'lists', 'clicks'], rows), `${failures} failed visits`].join('\n')
}
