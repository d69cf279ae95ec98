// Results that are a function of one score per item.
import type { Found, Search } from '../../compute/inner-product-search.ts'
import type { Computation } from './computation.ts'
import { meanEmbedding, productOfExperts } from './embed.ts'
import type { InferenceModel } from './inference-model.ts'
import type { Basis, InferenceResult, Query, ScoreRequest } from './requests.ts'

type Reduce = (scores: Float32Array, basis: Basis) => InferenceResult | Promise<InferenceResult>

export function computeScores(model: InferenceModel, { query, items }: ScoreRequest): Computation {
  return fromScores(model, query, (scores, basis) => ({
    scores: Float32Array.from(items, (item) => scores[item]!),
    basis,
  }))
}

/**
 * Passes the scores of all items for a query to `reduce`, which must copy what it keeps; their popularity if all scores are
 * equal, because equal scores are no order. Where the result equals that of `search`, the model may find it without
 * computing all scores.
 */
export function fromScores(
  { scorer, popularity }: InferenceModel,
  query: Query,
  reduce: Reduce,
  search?: Search,
): Computation {
  const reduceOrdered = (scores: Float32Array) =>
    hasOrder(scores) ? reduce(scores, 'history') : reduce(popularity, 'popularity')
  if (query.kind === 'popularity') return { histories: [], result: () => reduce(popularity, 'popularity') }
  if (query.kind === 'group' && blendsScores(query.blend, 'embed' in scorer))
    return fromBlendedScores(query, reduceOrdered)
  let result: InferenceResult | Promise<InferenceResult>
  const common = {
    onScores: (scores: Float32Array) => {
      result = reduceOrdered(scores)
    },
    ...(search && {
      search,
      onTopItems: (found: Found) => {
        result = { ...found, basis: 'history' }
      },
    }),
    result: () => result,
  }
  if (query.kind === 'history') return { ...common, histories: [query.history] }
  if (query.kind === 'embedding')
    return { ...common, histories: [], embeddingsToDecode: () => [query.embedding] }
  const { members, blend } = query
  return {
    ...common,
    histories: members,
    std: blend === 'product-of-experts',
    embeddingsToDecode: (encoded) => [blend === 'mean' ? meanEmbedding(encoded) : productOfExperts(encoded)],
  }
}

/** Whether the scores are not all equal. Scores that are not finite are an error to be seen, not a lack of order. */
export function hasOrder(scores: Float32Array): boolean {
  return !Number.isFinite(scores[0]) || scores.some((score) => score !== scores[0])
}

type Group = Extract<Query, { kind: 'group' }>

function blendsScores(blend: Group['blend'], hasEmbeddings: boolean): boolean {
  return blend === 'least-misery' || (blend === 'mean' && !hasEmbeddings)
}

/** Combines the members' scores item by item. */
function fromBlendedScores(
  { members, blend }: Group,
  reduce: (scores: Float32Array) => ReturnType<Reduce>,
): Computation {
  let blended: Float32Array | undefined
  return {
    histories: members,
    onScores: (scores) => {
      const member = blend === 'mean' ? scores.map((score) => score / members.length) : relativeToBest(scores)
      if (blended === undefined) blended = member
      else for (const [item, score] of member.entries()) blended[item] = combine(blended[item]!, score, blend)
    },
    result: () => reduce(blended ?? new Float32Array(0)),
  }
}

function combine(blended: number, score: number, blend: Group['blend']): number {
  return blend === 'mean' ? blended + score : Math.min(blended, score)
}

/** Each score less the highest; for log-probabilities, the logarithm of the ratio to the most probable item. */
function relativeToBest(scores: Float32Array): Float32Array {
  let highest = Number.NEGATIVE_INFINITY
  for (const score of scores) if (score > highest) highest = score
  return scores.map((score) => score - highest)
}
