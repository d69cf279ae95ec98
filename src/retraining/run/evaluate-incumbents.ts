// Those whom candidates are held against, judged on the users of the period.
import { findModel } from '../../models/models.ts'
import { openArtifactOver } from '../../registry/open-artifact.ts'
import type { LoadedVersion } from '../../registry/registry.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { fit } from '../../training/fit.ts'
import { type JudgedModel, judgeModel } from '../evaluate/evaluate-model.ts'
import type { TestedChampion } from '../promote/data-quality.ts'
import type { RunContext } from './run-context.ts'

export interface JudgedChampion extends TestedChampion {
  readonly version: number
}

/** By model. */
export async function judgeChampions(
  context: RunContext,
  versions: Readonly<Record<string, number>>,
  split: PeriodSplit,
): Promise<Map<string, JudgedChampion>> {
  const judged = new Map<string, JudgedChampion>()
  for (const [model, version] of Object.entries(versions)) {
    const loaded = await context.registry.load({ model, version })
    const name = formatVersionName({ model, version })
    const gain = loaded.manifest.metrics[gainName(context.run.config.metric)]
    judged.set(model, {
      version,
      name,
      judged: await context.stopwatch.time(`judging ${name}`, () => judgeVersion(context, loaded, split)),
      gainBefore: (gain as Estimate | undefined) ?? null,
    })
  }
  return judged
}

/** Popularity is always among them: no candidate may be worse. */
export async function judgeBaselines(
  { run, stopwatch }: RunContext,
  split: PeriodSplit,
): Promise<Map<string, JudgedModel>> {
  const judged = new Map<string, JudgedModel>()
  for (const name of new Set(['popularity', ...run.config.baselines])) {
    const judge = async () => {
      const model = findModel(name)
      const { weights, hyperparameters } = await fit({ model, train: split.train, seed: run.config.seed })
      const scorer = model.open(weights, hyperparameters)
      return judgeModel(scorer, split, run.config).finally(() => scorer.dispose())
    }
    judged.set(name, await stopwatch.time(`judging ${name}`, judge))
  }
  return judged
}

/** @throws whatever opening the artifact and scoring throw */
export async function judgeVersion(
  { run, say }: RunContext,
  { manifest, artifact }: LoadedVersion,
  split: PeriodSplit,
): Promise<JudgedModel> {
  say({ event: 'judging', name: formatVersionName(manifest) })
  const scorer = openArtifactOver(artifact, split.items)
  try {
    return await judgeModel(scorer, split, run.config)
  } finally {
    scorer.dispose()
  }
}

/** Under which name it is kept with a version by how much it was better than the most rated items. */
export function gainName(metric: string): string {
  return `${metric} over popularity`
}
