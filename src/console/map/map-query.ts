// Which map a request is about, and the addresses of what belongs to it.
import { z } from 'zod'
import type { LiveChampions } from '../../recommender/live-champions.ts'
import type { ServedModel } from '../../recommender/served-model.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { InvalidFormError } from '../form.ts'
import type { ConsoleContext } from '../visitor.ts'
import { colorItems } from './color-items.ts'
import { colorUsers } from './color-users.ts'
import type { Coloring } from './coloring.ts'
import { type MapKind, type MapPoints, mapKinds, pointsOf } from './map-points.ts'

/** A map as it is shown. */
export interface ShownMap {
  readonly kind: MapKind
  readonly model: string
  readonly color: string
}

export function mapAddress(path: string, { kind, ...map }: ShownMap, more: Record<string, string> = {}) {
  return `map/${path}?${new URLSearchParams({ of: kind, ...map, ...more })}`
}

/** The champions that serve requests and have a map, the default first. */
export function modelsWith(
  kind: MapKind,
  { champions }: { readonly champions: Pick<LiveChampions, 'list'> },
): string[] {
  return champions
    .list()
    .filter(({ serving }) => serving?.map?.[kind])
    .toSorted((a, b) => Number(b.champion.isDefault) - Number(a.champion.isDefault))
    .map(({ champion }) => champion.model)
}

/** @throws InvalidFormError */
function readMap(c: ConsoleContext): ShownMap {
  const parsed = mapSchema.safeParse(c.req.query())
  if (!parsed.success) throw new InvalidFormError('The address names no map: reload the page.')
  const { of: kind, model, color } = parsed.data
  return { kind, model, color }
}

const mapSchema = z.object({ of: z.enum(mapKinds), model: z.string(), color: z.string() })

/**
 * Runs a task with the points that a page has shown.
 *
 * @throws InvalidFormError if they are other points now
 */
export function useMap<T>(
  c: ConsoleContext,
  { champions }: Pick<ConsoleDependencies, 'champions'>,
  task: (served: ServedModel, points: MapPoints, map: ShownMap) => Promise<T>,
): Promise<T> {
  const map = readMap(c)
  return champions.use(map.model, async (served) => {
    const points = await pointsOf(served, map.kind)
    if (c.req.query('edition') !== points.edition)
      throw new InvalidFormError('The map has other points now: reload the page.')
    return task(served, points, map)
  })
}

export async function colorPoints(
  served: ServedModel,
  points: MapPoints,
  { kind, color }: ShownMap,
  { catalog, segments }: Pick<ConsoleDependencies, 'catalog' | 'segments'>,
): Promise<Coloring> {
  if (kind === 'items') return colorItems(served, points, await catalog.read(), color)
  return colorUsers(served, await segments.find(served.manifest), color)
}
