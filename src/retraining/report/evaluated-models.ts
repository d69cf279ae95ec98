import { formatVersionName } from '../../registry/version-name.ts'
import type { Figures, RetrainingResult } from '../result.ts'

/** The roles of models in a report, in the order of their colors. */
export const roles = ['candidate', 'champion', 'baseline'] as const

/** A model with its metrics. */
export interface ReportedModel {
  readonly name: string
  readonly role: (typeof roles)[number]
  readonly figures: Figures
}

/** All evaluated models: each candidate followed by its champion, each model once. */
export function evaluatedModels({ candidates, baselines }: RetrainingResult): ReportedModel[] {
  const compared = candidates.flatMap(({ model, version, variant, figures, champion }): ReportedModel[] => [
    ...(figures
      ? [{ name: candidateName({ model, version, variant }), role: 'candidate' as const, figures }]
      : []),
    ...(champion
      ? [
          {
            name: formatVersionName({ model, version: champion.version }),
            role: 'champion' as const,
            figures: champion.figures,
          },
        ]
      : []),
  ])
  const baselineModels = baselines.map(({ model, figures }) => ({
    name: model,
    role: 'baseline' as const,
    figures,
  }))
  const all = [...compared, ...baselineModels]
  return all.filter(({ name }, n) => all.findIndex((model) => model.name === name) === n)
}

/** The version if there is one, followed by the variant if it is not named like the model. */
export function candidateName({
  model,
  version,
  variant,
}: {
  readonly model: string
  readonly version: number | null
  readonly variant: string
}): string {
  if (version === null) return variant
  const name = formatVersionName({ model, version })
  return variant === model ? name : `${name} (${variant})`
}
