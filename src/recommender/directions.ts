// Attribute vectors: directions of the latent space along which items with an attribute score higher.
import type { Catalog, ItemCatalog } from '../ratings/item-catalog.ts'
import type { Literal } from './filters/filter.ts'
import { matchItems } from './filters/match-items.ts'
import { UnsupportedByModelError } from './inference/inference.ts'
import type { ServedModel } from './served-model.ts'

/** A value that items have, such as `{ attribute: 'genres', value: 'Comedy' }`. */
export interface AttributeValue {
  readonly attribute: string
  readonly value: Literal
}

/** Too few of the items that the model was trained on have the value, or lack it. */
export class UnknownDirectionError extends Error {
  override readonly name = 'UnknownDirectionError'
}

/**
 * The mean embedding of a history with one item that has the value, minus that of a history with one item that has not. Each mean is over
 * the most popular such items, 500 at most.
 *
 * @returns [latentSize]
 * @throws UnsupportedByModelError, UnknownDirectionError
 */
export async function directionToward(
  model: ServedModel,
  toward: AttributeValue,
  catalog: Pick<ItemCatalog, 'read'>,
): Promise<Float32Array> {
  if (model.inference.capabilities.latentSize === null)
    throw new UnsupportedByModelError(`${model.manifest.model} has no latent space: use another model`)
  const items = await catalog.read()
  const name = JSON.stringify([toward.attribute, toward.value])
  const known = directions.get(model)
  // of an older catalog, other items may have the value
  const kept = known?.catalog === items ? known : { catalog: items, byValue: new Map() }
  if (kept !== known) directions.set(model, kept)
  const computed = kept.byValue.get(name) ?? computeDirection(model, toward, items)
  computed.catch(() => kept.byValue.delete(name))
  if (kept.byValue.size < maxKept) kept.byValue.set(name, computed)
  return computed
}

interface KeptDirections {
  readonly catalog: Catalog
  readonly byValue: Map<string, Promise<Float32Array>>
}

const directions = new WeakMap<ServedModel, KeptDirections>()
const maxKept = 1000

async function computeDirection(
  model: ServedModel,
  { attribute, value }: AttributeValue,
  catalog: Catalog,
): Promise<Float32Array> {
  const { ids } = model.trainedItems
  const matching = await matchItems({ attribute, operator: '=', value }, ids, catalog)
  const others = without(ids, matching)
  if (matching.length < minItems || others.length < minItems)
    throw new UnknownDirectionError(
      `${matching.length} of the ${ids.length} items of ${model.manifest.model} have ${attribute} = ` +
        `${JSON.stringify(value)}; a direction needs ${minItems} that have it and ${minItems} that have not`,
    )
  const [having, lacking] = await Promise.all([meanEmbedding(model, matching), meanEmbedding(model, others)])
  return having.map((mean, n) => mean - lacking[n]!)
}

const minItems = 5
const maxItems = 500

function without(ids: readonly string[], left: readonly string[]): string[] {
  const excluded = new Set(left)
  return ids.filter((id) => !excluded.has(id))
}

/** Of histories with one item each: the most popular of the items. */
async function meanEmbedding(model: ServedModel, itemIds: readonly string[]): Promise<Float32Array> {
  const items = Int32Array.from(itemIds, (itemId) => model.trainedItems.indexOf(itemId)!)
  const query = { kind: 'popularity' as const }
  const { scores } = await model.inference.infer({ kind: 'score', query, items })
  const popular = Array.from(items, (_, n) => n)
    .sort((a, b) => scores[b]! - scores[a]!)
    .slice(0, maxItems)
  const values = Float32Array.of(model.highestRating)
  const mean = new Float32Array(model.inference.capabilities.latentSize!)
  for (let start = 0; start < popular.length; start += batchSize) {
    const batch = popular.slice(start, start + batchSize).map((n) => Int32Array.of(items[n]!))
    const embeddings = await Promise.all(
      batch.map((items) => model.inference.infer({ kind: 'embed', history: { items, values } })),
    )
    for (const embedding of embeddings)
      for (let n = 0; n < mean.length; n++) mean[n]! += embedding.mean[n]! / popular.length
  }
  return mean
}

const batchSize = 64
