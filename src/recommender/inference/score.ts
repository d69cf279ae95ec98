// Results that are a function of one score per item.
import type { Found, Search } from '../../compute/inner-product-search.ts'
import type { Computation } from './computation.ts'
import { meanEmbedding, productOfExperts } from './embed.ts'
import type { InferenceModel } from './inference-model.ts'
import type { InferenceResult, Query, ScoreRequest } from './requests.ts'

type Reduce = (scores: Float32Array) => InferenceResult | Promise<InferenceResult>

export function computeScores(model: InferenceModel, { query, items }: ScoreRequest): Computation {
  return fromScores(model, query, (scores) => Float32Array.from(items, (item) => scores[item]!))
}

/**
 * Passes the scores of all items for a query to `reduce`, which must copy what it keeps. Where the result equals that
 * of `search`, the model may find it without computing all scores.
 */
export function fromScores(
  { scorer, popularity }: InferenceModel,
  query: Query,
  reduce: Reduce,
  search?: Search,
): Computation {
  if (query.kind === 'popularity') return { histories: [], result: () => reduce(popularity) }
  if (query.kind === 'group' && blendsScores(query.blend, 'embed' in scorer))
    return fromBlendedScores(query, reduce)
  let result: InferenceResult | Promise<InferenceResult>
  const common = {
    onScores: (scores: Float32Array) => {
      result = reduce(scores)
    },
    ...(search && {
      search,
      onTopItems: (found: Found) => {
        result = found
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

type Group = Extract<Query, { kind: 'group' }>

function blendsScores(blend: Group['blend'], hasEmbeddings: boolean): boolean {
  return blend === 'least-misery' || (blend === 'mean' && !hasEmbeddings)
}

/** Combines the members' scores item by item. */
function fromBlendedScores({ members, blend }: Group, reduce: Reduce): Computation {
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
