// Assignment of users to variants by hashing: all replicas agree, and no lookup is needed.
import { fnv1a32 } from '../random/fnv1a32.ts'
import { scramble } from '../random/scramble.ts'
import type { Definition } from './definition.ts'

export interface Assignment {
  /** Name of the variant. */
  readonly variant: string
  /** Whether the user is a tester, who is not counted. */
  readonly forced: boolean
}

/** The parts of a definition that determine the assignment. */
export type Allocation = Pick<
  Definition,
  'name' | 'surface' | 'layer' | 'segment' | 'eligibility' | 'testers'
> & {
  readonly variants: readonly { readonly name: string; readonly weight: number }[]
}

/** Returns the variant of a user, or undefined for a user who does not participate. */
export type Assigner = (userId: string, historySize: number) => Assignment | undefined

/**
 * Users of the layer's segment are assigned by weighted rendezvous hashing: each variant draws −ln(u) / weight
 * for the user, u uniform by hash of experiment, variant and user, and the smallest draw wins. When a weight grows,
 * users move only toward that variant; all others stay. The segment may grow without moving anyone either.
 * Thaler and Ravishankar (1998); with weights: Schindelhauer and Schomaker (2005), the logarithmic method.
 */
export function createAssigner(experiment: Allocation): Assigner {
  const inSegment = membership(experiment)
  const { minHistory = 0, maxHistory = Number.POSITIVE_INFINITY } = experiment.eligibility
  const draws = experiment.variants.map(({ name, weight }) => ({
    name,
    weight,
    uniform: uniformHash('variant', experiment.name, name),
  }))
  return (userId, historySize) => {
    const forced = Object.hasOwn(experiment.testers, userId) ? experiment.testers[userId] : undefined
    if (forced !== undefined) return { variant: forced, forced: true }
    if (historySize < minHistory || historySize > maxHistory || !inSegment(userId)) return undefined
    let winner = ''
    let smallest = Number.POSITIVE_INFINITY
    for (const { name, weight, uniform } of draws) {
      const drawn = -Math.log(uniform(userId)) / weight
      if (drawn < smallest) {
        smallest = drawn
        winner = name
      }
    }
    return { variant: winner, forced: false }
  }
}

/**
 * Why two experiments cannot run at once: they could claim the same user of their `layer`, or the same list, since they are
 * in different layers of one `surface`. Undefined if they can.
 */
export function conflictOf(a: Allocation, b: Allocation): 'layer' | 'surface' | undefined {
  if (layerOf(a) !== layerOf(b)) return a.surface === b.surface ? 'surface' : undefined
  return a.segment.from < b.segment.to && b.segment.from < a.segment.to ? 'layer' : undefined
}

function membership(experiment: Allocation): (userId: string) => boolean {
  const { from, to } = experiment.segment
  if (from === 0 && to === 1) return () => true
  const place = uniformHash('layer', layerOf(experiment))
  return (userId) => {
    const at = place(userId)
    return at >= from && at < to
  }
}

function layerOf({ layer, name }: Allocation): string {
  return layer ?? name
}

/**
 * Uniform in (0, 1), independent for each salt. FNV-1a alone is not: its low bits under two salts are the same but
 * for a constant, and ids that differ in their last character fall close together. Scrambled, it is.
 */
function uniformHash(...salt: readonly string[]): (userId: string) => number {
  const start = fnv1a32(`${salt.join('\u001f')}\u001f`)
  return (userId) => ((scramble(fnv1a32(userId, start)) >>> 0) + 0.5) / 0x1_0000_0000
}
