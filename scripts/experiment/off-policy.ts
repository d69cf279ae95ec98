import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { evaluateOffPolicy, type OffPolicyReport } from '../../src/experiments/evaluate-off-policy.ts'
import { createPostgresExperiments } from '../../src/experiments/postgres-experiments.ts'
import { readExploredLists } from '../../src/experiments/postgres-explored-lists.ts'
import { formatCount } from '../../src/pages/numbers.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { recommend } from '../../src/recommender/recommend.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { serveModel } from '../../src/recommender/served-model.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { type Registry, UnknownVersionError } from '../../src/registry/registry.ts'
import { formatVersionName, parseVersionName, type VersionName } from '../../src/registry/version-name.ts'
import { openBackend } from '../terminal/backend-options.ts'
import { formatTable } from '../terminal/table.ts'

/**
 * Estimates what a version, or a model's champion, would have earned on the lists that an experiment drew at random.
 *
 * @throws UnknownExperimentError, UnknownVersionError, UnusableArtifactError, and RangeError if there are no such lists
 */
export async function evaluateVersionOffPolicy(
  database: Database,
  name: string,
  model: string,
  config: Config,
): Promise<OffPolicyReport & { readonly model: string }> {
  const lists = await readExploredLists(
    database,
    (await createPostgresExperiments(database).find(name)).definition,
  )
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

export function formatOffPolicy(report: Awaited<ReturnType<typeof evaluateVersionOffPolicy>>): string {
  const { model, lists, users, places, matched, unsupported, effectiveUsers, logged } = report
  const estimates = [
    ['inverse propensity', report.inversePropensity],
    ['self-normalized', report.selfNormalized],
    ['doubly robust', report.doublyRobust],
  ] as const
  return [
    `${model} on ${formatCount(lists)} lists drawn at random for ${formatCount(users)} users: the same item in ` +
      `${formatCount(matched)} of ${formatCount(places)} positions.`,
    `The estimates rest on the equivalent of ${effectiveUsers.toFixed(0)} users.`,
    ...(unsupported > 0
      ? [
          `About ${(100 * unsupported).toFixed(0)} % of what ${model} would show is too rare in the log; ` +
            'the intervals allow for any reward of it.',
        ]
      : []),
    '',
    formatTable(
      ['reward per position', 'mean', '95 % interval'],
      [
        ['as served', logged.toFixed(4), ''],
        ...estimates.map(([estimator, { mean, low, high }]) => [
          estimator,
          mean.toFixed(4),
          `${low.toFixed(4)} … ${high.toFixed(4)}`,
        ]),
      ],
    ),
  ].join('\n')
}

async function versionOf(registry: Registry, model: string): Promise<VersionName> {
  if (model.includes('@')) return parseVersionName(model)
  const champion = (await registry.champions()).find((entry) => entry.model === model)
  if (champion) return champion
  throw new UnknownVersionError(`${model} has no champion; name a version, such as ${model}@1`)
}
