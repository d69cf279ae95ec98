import type { Characteristic } from './segmentation.ts'

/** Occurrences among a number of cases. */
export interface Count {
  readonly count: number
  readonly of: number
}

/**
 * The log odds ratio of a proportion here to one elsewhere, log((a + ½)(d + ½) / ((b + ½)(c + ½))), with the correction of
 * Haldane (1956) and Anscombe (1956) for empty cells.
 */
export function compareOdds(here: Count, elsewhere: Count): Characteristic {
  return {
    share: here.of === 0 ? 0 : here.count / here.of,
    shareElsewhere: elsewhere.of === 0 ? 0 : elsewhere.count / elsewhere.of,
    logOdds: logOdds(here) - logOdds(elsewhere),
  }
}

function logOdds({ count, of }: Count): number {
  return Math.log((count + 0.5) / (of - count + 0.5))
}
