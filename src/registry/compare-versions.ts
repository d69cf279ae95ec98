import type { Manifest } from './registry.ts'

/** A property of two versions: of the data, the hyperparameters or the metrics. */
export interface ComparedProperty {
  readonly name: string
  /** Null where a version lacks it. */
  readonly values: readonly [unknown, unknown]
  readonly differs: boolean
}

/** Two versions side by side, by property. */
export function compareVersions(a: Manifest, b: Manifest): ComparedProperty[] {
  const [first, second] = [flatten(a), flatten(b)]
  return [...new Set([...Object.keys(first), ...Object.keys(second)])].map((name) => {
    const values = [first[name] ?? null, second[name] ?? null] as const
    return { name, values, differs: JSON.stringify(values[0]) !== JSON.stringify(values[1]) }
  })
}

function flatten(manifest: Manifest): Record<string, unknown> {
  const {
    hyperparameters,
    metrics,
    data,
    retrieval,
    seed,
    backend,
    createdAt,
    trainedUpTo,
    dataFingerprint,
    artifact,
  } = manifest
  return {
    createdAt: createdAt.toISOString(),
    trainedUpTo: trainedUpTo?.toISOString() ?? null,
    ...data,
    dataFingerprint: dataFingerprint.slice(0, 12),
    seed,
    backend,
    bytes: artifact.bytes,
    ...(retrieval && { retrievalRecall: retrieval.recall, retrievalDimensions: retrieval.dimensions }),
    ...hyperparameters,
    ...metrics,
  }
}
