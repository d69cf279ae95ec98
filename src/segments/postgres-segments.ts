import { and, eq } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { segmentations } from '../db/segments-schema.ts'
import type { VersionName } from '../registry/version-name.ts'
import type { Segmentation } from './segmentation.ts'

export interface Segments {
  /** Null if the users of the version were not segmented. */
  find(name: VersionName): Promise<Segmentation | null>
  /** Replaces those of the version. */
  save(segmentation: Omit<Segmentation, 'createdAt'>): Promise<void>
}

/** The segments of each version; no table has the users of a segment. */
export function createPostgresSegments({ db }: Pick<Database, 'db'>): Segments {
  return {
    find: async ({ model, version }) => {
      const isOf = and(eq(segmentations.model, model), eq(segmentations.version, version))
      const [found] = await db.select().from(segmentations).where(isOf)
      return found ?? null
    },
    save: async (segmentation) => {
      const row = { ...segmentation, createdAt: new Date() }
      await db
        .insert(segmentations)
        .values(row)
        .onConflictDoUpdate({ target: [segmentations.model, segmentations.version], set: row })
    },
  }
}
