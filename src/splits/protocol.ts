import type { Interactions } from '../interactions/interactions.ts'
import { lastPeriod } from './last-period.ts'
import { predefined } from './predefined.ts'
import { hashHoldout, randomHoldout } from './random-holdout.ts'
import type { RepeatedPairs, Split } from './split.ts'
import { hashStrongGeneralization, strongGeneralization } from './strong-generalization.ts'

/** The evaluation protocols: ways to split ratings into a training, a validation and a test part. */
export const protocols = ['random-holdout', 'strong-generalization', 'last-period', 'predefined'] as const
export type Protocol = (typeof protocols)[number]

/** How the held-out part is sampled: at random from the seed, or by a hash that every implementation can compute. */
export const rules = ['random', 'hash'] as const
export type Rule = (typeof rules)[number]

export interface ProtocolOptions {
  readonly rule: Rule
  readonly seed: number
  /** The minimum rating that strong generalization keeps. */
  readonly positiveThreshold: number
  /** The test file of the predefined protocol. */
  readonly test?: Interactions
  /** Of the predefined protocol; `skip` by default. */
  readonly repeatedPairs?: RepeatedPairs
}

/**
 * Splits ratings by the protocol of that name.
 *
 * @throws RangeError when the protocol lacks its test ratings or has no hash rule, and the errors of the split.
 */
export function splitBy(
  protocol: Protocol,
  ratings: Interactions,
  { rule, seed, positiveThreshold, test, repeatedPairs }: ProtocolOptions,
): Split {
  if (rule === 'hash') return splitByHash(protocol, ratings, positiveThreshold)
  switch (protocol) {
    case 'random-holdout':
      return randomHoldout(ratings, seed)
    case 'strong-generalization':
      return strongGeneralization(ratings, { seed, positiveThreshold })
    case 'last-period':
      return lastPeriod(ratings)
    case 'predefined':
      if (test === undefined)
        throw new RangeError('The predefined protocol needs test ratings besides the training ratings')
      return predefined(ratings, test, seed, repeatedPairs)
  }
}

function splitByHash(protocol: Protocol, ratings: Interactions, positiveThreshold: number): Split {
  if (protocol === 'random-holdout') return hashHoldout(ratings)
  if (protocol === 'strong-generalization') return hashStrongGeneralization(ratings, positiveThreshold)
  throw new RangeError(
    `The ${protocol} protocol has no hash rule; random-holdout and strong-generalization have one`,
  )
}
