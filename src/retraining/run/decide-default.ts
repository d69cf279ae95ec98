// The choice of the default model among the champions after the promotions.
import { type EvaluatedModel, valuesOf } from '../evaluate/evaluate-model.ts'
import { applyDefault } from '../promote/apply-default.ts'
import type { GatedCandidate } from '../promote/choose-candidates.ts'
import { chooseDefault, type RankedModel } from '../promote/choose-default.ts'
import type { CandidateResult, DefaultChoice } from '../result.ts'
import type { Plan } from './plan.ts'
import type { RunContext } from './run-context.ts'

export interface DefaultConditions {
  /** With the decisions on them, in the order of `gated`. */
  readonly candidates: readonly CandidateResult[]
  readonly gated: readonly GatedCandidate[]
  /** The champions at the start of the run that were evaluated, by model. */
  readonly champions: ReadonlyMap<string, EvaluatedModel>
  readonly baselines: ReadonlyMap<string, EvaluatedModel>
}

/** Null if there is no champion. */
export async function decideDefault(
  { registry, run, requireLease }: RunContext,
  plan: Plan,
  { candidates, gated, champions, baselines }: DefaultConditions,
): Promise<DefaultChoice | null> {
  const current = new Map(champions)
  for (const [n, { model, promoted }] of candidates.entries())
    if (promoted) current.set(model, gated[n]!.evaluated!)
  if (current.size === 0) return null
  const { config, by } = run
  const rank = (models: ReadonlyMap<string, EvaluatedModel>): RankedModel[] =>
    [...models].map(([model, evaluated]) => ({ model, values: valuesOf(evaluated, config.metric) }))
  const names = (await registry.champions()).map(({ model }) => model)
  // of a champion that could not be evaluated nothing is known
  const compared = [...baselines].filter(([model]) => current.has(model) || !names.includes(model))
  const choice = chooseDefault({
    champions: rank(current),
    baselines: rank(new Map(compared)),
    present: plan.default,
    configured: names.find((model) => model === config.default) ?? null,
    settings: config,
  })
  await requireLease()
  return applyDefault(registry, choice, by)
}
