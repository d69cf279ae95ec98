// Segments of users, by version of a model.
import {
  bigint,
  doublePrecision,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'
import { modelVersions } from './schema.ts'

export const segmentations = pgTable(
  'segmentations',
  {
    model: text('model').notNull(),
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    seed: bigint('seed', { mode: 'number' }).notNull(),
    users: integer('users').notNull(),
    silhouette: doublePrecision('silhouette').notNull(),
    stability: doublePrecision('stability').notNull(),
    /** See `Segment`. */
    segments: jsonb('segments').$type<readonly StoredSegment[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.model, table.version] }),
    foreignKey({
      columns: [table.model, table.version],
      foreignColumns: [modelVersions.model, modelVersions.version],
    }).onDelete('cascade'),
  ],
)

export interface StoredSegment {
  readonly segment: number
  readonly name: string
  readonly users: number
  readonly share: number
  readonly attributes: readonly (StoredCharacteristic & {
    readonly attribute: string
    readonly value: string
  })[]
  readonly items: readonly (StoredCharacteristic & { readonly itemId: string })[]
  readonly centroid: readonly number[]
}

interface StoredCharacteristic {
  readonly share: number
  readonly shareElsewhere: number
  readonly logOdds: number
}
