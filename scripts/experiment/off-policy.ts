import { type Config, loadConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { evaluateOffPolicy, type OffPolicyReport } from '../../src/experiments/evaluate-off-policy.ts'
import type { Experiments } from '../../src/experiments/experiment.ts'
import { readExploredLists } from '../../src/experiments/postgres-explored-lists.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { recommend } from '../../src/recommender/recommend.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { serveModel } from '../../src/recommender/served-model.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { openRegistry } from '../../src/registry/open-registry.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { formatVersionName, parseVersionName, type VersionName } from '../../src/registry/version-name.ts'
import { openBackend } from '../terminal/backend-options.ts'
import { formatTable } from '../terminal/table.ts'

/**
 * What a version, or a model's champion, would have earned at the lists that an experiment drew at random.
 *
 * @throws UnknownExperimentError, UnknownVersionError, UnusableArtifactError, and RangeError when nothing was drawn.
 */
export async function judgeVersionOffPolicy(
  database: Database,
  experiments: Experiments,
  name: string,
  model: string,
  config: Config = loadConfig(),
): Promise<OffPolicyReport & { readonly model: string }> {
  const lists = await readExploredLists(database, (await experiments.find(name)).definition)
  const registry = openRegistry(database, config)
  const version = await versionOf(registry, model)
  await openBackend({})
  const served = await serveModel(await registry.load(version), localInference(openArtifact))
  try {
    const targets: string[][] = []
    for (const { history, items } of lists) {
      const { items: best } = await recommend(served, history, {
        ...defaultOptions,
        k: items.length,
      })
      targets.push(best.map(({ itemId }) => itemId))
    }
    return { model: formatVersionName(version), ...evaluateOffPolicy(lists, targets) }
  } finally {
    served.inference.dispose()
  }
}

export function describeOffPolicy(report: Awaited<ReturnType<typeof judgeVersionOffPolicy>>): string {
  const { model, lists, places, matched, logged } = report
  const estimates = [
    ['inverse propensity', report.inversePropensity],
    ['self-normalized', report.selfNormalized],
    ['doubly robust', report.doublyRobust],
  ] as const
  return [
    `${model} in place of ${lists} lists drawn at random: ${matched} of ${places} places would have shown the same item.`,
    '',
    formatTable(
      ['earned a place', 'mean', '95 % interval'],
      [
        ['as served', logged.toFixed(4), ''],
        ...estimates.map(([how, { mean, standardError }]) => [
          how,
          mean.toFixed(4),
          `${(mean - 1.96 * standardError).toFixed(4)} … ${(mean + 1.96 * standardError).toFixed(4)}`,
        ]),
      ],
    ),
  ].join('\n')
}

async function versionOf(registry: Registry, model: string): Promise<VersionName> {
  if (model.includes('@')) return parseVersionName(model)
  const champion = (await registry.champions()).find((one) => one.model === model)
  if (champion) return champion
  throw new RangeError(`${model} has no champion; name a version, such as ${model}@1`)
}
