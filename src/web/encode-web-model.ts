// Writes a model as a file for `web-recommender.ts`.
import { findModel, models } from '../models/models.ts'
import type { AvailabilityLimits } from '../ratings/available-items.ts'
import type { Sliced } from '../recommender/turns.ts'
import type { LoadedVersion } from '../registry/registry.ts'
import { encodeSafetensors } from '../registry/safetensors.ts'
import type { StoredTensor } from '../registry/safetensors-decoder.ts'
import { encodeLayers, type Precision } from './encode-layers.ts'
import type { WebModelMetadata } from './web-recommender.ts'

/** The model is no feed-forward network; the message lists those that are. */
export class NotExportableError extends Error {
  override readonly name = 'NotExportableError'
}

/**
 * The file of a version as consecutive pieces.
 *
 * @param titles by item id
 * @param limits of the items that are not always available
 * @throws NotExportableError
 */
export function* encodeWebModel(
  { manifest, artifact }: LoadedVersion,
  titles: ReadonlyMap<string, string | null>,
  limits: readonly AvailabilityLimits[],
  precision: Precision,
): Sliced<Uint8Array[]> {
  const { model, weights, hyperparameters, items, popularity, ratingRange } = artifact
  const network = findModel(model).feedForward?.(weights, hyperparameters)
  if (!network) {
    const exportable = models.filter(({ feedForward }) => feedForward).map(({ name }) => name)
    throw new NotExportableError(
      `${model} cannot be exported, because its scores are not those of a feed-forward network. Models that can be: ` +
        exportable.join(', '),
    )
  }
  const tensors: Record<string, StoredTensor> = {
    popularity: { shape: [items.size], values: popularity },
  }
  const layers = yield* encodeLayers(network, precision, tensors)
  const metadata: WebModelMetadata = {
    format: 'palate-web-model-1',
    model,
    version: manifest.version,
    positiveThreshold: network.positiveThreshold,
    highestRating: ratingRange[1],
    input: network.input,
    ...layers,
    itemIds: items.ids,
    titles: items.ids.map((id) => titles.get(id) ?? null),
    restricted: limits.flatMap((limit) => restrictionOf(items.indexOf(limit.id), limit)),
  }
  return encodeSafetensors({ metadata: { webModel: JSON.stringify(metadata) }, tensors })
}

function restrictionOf(
  item: number | undefined,
  { hidden, availableFrom, availableUntil }: AvailabilityLimits,
): WebModelMetadata['restricted'] {
  if (item === undefined) return []
  if (hidden) return [[item, null, 0]]
  return [[item, availableFrom?.getTime() ?? null, availableUntil?.getTime() ?? null]]
}
