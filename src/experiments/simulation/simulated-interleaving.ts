import { createRandom, type Random } from '../../random/random.ts'
import { pairedTTest } from '../../statistics/paired-t-test.ts'
import { requiredStandardError, type TestPlan } from '../../statistics/power.ts'
import { sampleOf } from '../../statistics/sample.ts'
import { preferenceOfList } from '../interleaving-preference.ts'
import { teamDraft } from '../team-draft.ts'
import type { Audience } from './audience.ts'
import { clickDistribution } from './click-model.ts'

export interface InterleavingPower {
  /** Number of visits for the planned power. */
  readonly sessions: number
  /** The share of simulated experiments of that size that detected the better recommender. */
  readonly power: number
}

/** Click probabilities of the positions of an interleaved list, by the team of the item. */
type TeamChances = readonly [control: number[], treatment: number[]]

const draftsForPlanning = 20_000

/** Computes the required number of visits and simulates experiments of that size. */
export function simulateInterleaving(
  audience: Audience,
  { runs, seed, plan }: { runs: number; seed: number; plan: TestPlan },
): InterleavingPower {
  const sessions = requiredSessions(audience, createRandom(seed, 'drafts'), plan)
  let found = 0
  for (let run = 0; run < runs; run++) {
    const random = createRandom(seed, 'interleaving', run)
    const users = Float64Array.from({ length: sessions }, () => visit(drawDraft(audience, random), random))
    const { mean, pValue } = pairedTTest(sampleOf(users))
    if (pValue < 0.05 && mean > 0) found++
  }
  return { sessions, power: found / runs }
}

/** From the exact probability of each preference, over drafts for all kinds of user. */
function requiredSessions(audience: Audience, random: Random, plan: TestPlan): number {
  let [difference, decided] = [0, 0]
  for (let n = 0; n < draftsForPlanning; n++) {
    const [control, treatment] = drawDraft(audience, random).map(clickDistribution)
    const better = chanceOfMore(treatment!, control!)
    const worse = chanceOfMore(control!, treatment!)
    difference += (better - worse) / draftsForPlanning
    decided += (better + worse) / draftsForPlanning
  }
  const variance = decided - difference ** 2
  return Math.ceil(variance / requiredStandardError(difference, plan) ** 2)
}

/** The preference of one user in one visit. */
function visit([control, treatment]: TeamChances, random: Random): number {
  const clicked = (chances: number[]) => chances.filter((chance) => random.uniform() < chance).length
  return preferenceOfList(clicked(control), clicked(treatment))
}

function drawDraft(audience: Audience, random: Random): TeamChances {
  const kind = random.integer(audience.control.length)
  const [control, treatment] = [audience.control[kind]!.items, audience.treatment[kind]!.items]
  const { items, teams } = teamDraft([[...control], [...treatment]], control.length, random)
  const chances: TeamChances = [[], []]
  for (const [place, item] of items.entries())
    chances[teams[place] as 0 | 1].push(audience.clickChance(kind, item, place + 1))
  return chances
}

/** The probability that a value of one distribution is larger than an independent value of another. */
function chanceOfMore(larger: Float64Array, smaller: Float64Array): number {
  let [chance, below] = [0, 0]
  for (const [value, probability] of larger.entries()) {
    chance += probability * below
    below += smaller[value] ?? 0
  }
  return chance
}
