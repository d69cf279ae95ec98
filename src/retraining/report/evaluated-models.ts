import { formatVersionName } from '../../registry/version-name.ts'
import type { Figures, RetrainingResult } from '../result.ts'

/** The parts that models play in a report, in the order of their colours. */
export const roles = ['candidate', 'champion', 'baseline'] as const

/** A model whose figures a report shows. */
export interface JudgedModel {
  readonly name: string
  readonly role: (typeof roles)[number]
  readonly figures: Figures
}

/** Every model judged, each candidate before the champion that it met; a champion that several met stands once. */
export function modelsJudged({ candidates, baselines }: RetrainingResult): JudgedModel[] {
  const met = candidates.flatMap(({ model, version, variant, figures, champion }): JudgedModel[] => [
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
  const simple = baselines.map(({ model, figures }) => ({
    name: model,
    role: 'baseline' as const,
    figures,
  }))
  const all = [...met, ...simple]
  return all.filter(({ name }, n) => all.findIndex((one) => one.name === name) === n)
}

/** A version where there is one, with the variant where that has a name of its own. */
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
