// The search with 8-bit products first, and exact ones for those that may be among the largest.
//
// With x = x̂ + δ and w = ŵ + ε, where the hats are rounded to whole multiples of a step, x·w lies within
// ‖x‖ ‖ε‖ + ‖δ‖ ‖ŵ‖ of x̂·ŵ by the inequality of Cauchy and Schwarz: nothing that could be among the largest is lost.
// For one number less to each column that is taken as at most max(‖x‖, ‖δ‖ / κ) (‖ε‖ + κ ‖ŵ‖).
//
// With a projection the 8-bit products are of fewer numbers, and a shortlist of fixed size takes the place of the bound.
import * as tf from '@tensorflow/tfjs'
import type { Found, OpenSearch, Search } from '../inner-product-search.ts'
import { shortlistSize } from '../search-projection.ts'
import { topItems } from '../top-items.ts'
import type { Heap } from './heap.ts'
import { usualError } from './quantize-columns.ts'
import {
  buildIndex,
  closeIndex,
  type ProjectedIndex,
  type SearchIndex,
  type SearchMeans,
} from './search-index.ts'

/** Opens searches on the heap, which build their index for the first queries. */
export function quantizedSearch(means: SearchMeans): OpenSearch {
  return (vectors, bias, projection) => {
    let index: SearchIndex | undefined
    return {
      find: (queries, searches) => {
        index ??= buildIndex(means, vectors, bias, projection)
        return find(means, index, queries, searches)
      },
      dispose: () => {
        if (index) closeIndex(index)
        index = undefined
      },
    }
  }
}

function find(
  means: SearchMeans,
  index: SearchIndex,
  queries: tf.Tensor2D,
  searches: readonly Search[],
): Found[] {
  const { heap, kernels } = means
  const { columns, integers, projected } = index
  requireFit(index, queries, searches)
  const rows = searches.length
  const most = Math.max(1, ...searches.map((search) => keptCount(index, search)))
  const scanned = projected ? projectQueries(queries, projected) : queries
  const width = scanned.shape[1]
  try {
    return withScratch(heap, (allocate) => {
      const codes = allocate([Math.ceil((rows * width) / 4)])
      const scratch = {
        products: allocate([rows, columns], 'int32'),
        lowest: allocate([most]),
        about: allocate([3 * rows]),
      }
      const [query, code, about] = [
        heap.addressOf(scanned),
        heap.addressOf(codes),
        heap.addressOf(scratch.about),
      ]
      for (let row = 0; row < rows; row++)
        kernels.quantize(width, query + 4 * row * width, code + row * width, about + 12 * row)
      integers.multiply(bytesOf(heap, codes, rows * width), heap.integers(scratch.products))
      return searches.map((search, row) => findRow(means, index, queries, scratch, search, row))
    })
  } finally {
    if (projected) scanned.dispose()
  }
}

/** How many columns the first step looks for. */
function keptCount({ columns, projected }: SearchIndex, { count }: Search): number {
  return Math.min(columns, projected && count > 0 ? shortlistSize(count) : count)
}

function projectQueries(queries: tf.Tensor2D, { mean, ofQueries }: ProjectedIndex): tf.Tensor2D {
  return tf.tidy(() => tf.matMul(tf.sub<tf.Tensor2D>(queries, mean), ofQueries))
}

/** The kernels do not look where they read. */
function requireFit(
  { inner, columns }: SearchIndex,
  { shape }: tf.Tensor2D,
  searches: readonly Search[],
): void {
  if (shape[1] !== inner || shape[0] < searches.length)
    throw new RangeError(
      `Queries of shape [${shape.join(', ')}] do not fit ${searches.length} searches among vectors of shape [${columns}, ${inner}]`,
    )
  const unfit = searches.find(({ allowed }) => allowed !== null && allowed.length !== columns)
  if (unfit) throw new RangeError(`allowed has ${unfit.allowed!.length} items instead of ${columns}`)
}

/** Frees what was allocated, whatever happens. */
function withScratch<T>(heap: Heap, use: (allocate: Heap['allocate']) => T): T {
  const taken: tf.TensorInfo[] = []
  try {
    return use((shape, dtype) => {
      const tensor = heap.allocate(shape, dtype)
      taken.push(tensor)
      return tensor
    })
  } finally {
    taken.forEach(heap.free)
  }
}

function findRow(
  { heap, kernels }: SearchMeans,
  index: SearchIndex,
  queries: tf.TensorInfo,
  scratch: Scratch,
  search: Search,
  row: number,
): Found {
  const { inner, columns, bias, vectors, longest, tensors } = index
  const { count, excluded, allowed } = search
  const norm = heap.floats(scratch.about)[3 * row + 1]!
  if (!(norm < longest))
    throw new RangeError(`The query of row ${row} is not finite, or has no finite products`)
  const mask = bytesOf(heap, tensors.allowed, columns)
  if (allowed !== null) mask.set(allowed)
  for (const column of excluded) mask[column] = 0
  const query = heap.addressOf(queries) + 4 * row * inner
  const size = index.projected
    ? approximateShortlist({ heap, kernels }, index, scratch, search, row)
    : certainShortlist({ heap, kernels }, index, query, scratch, search, row)
  if (allowed === null) for (const column of excluded) mask[column] = 1
  else mask.fill(1)
  const [out, scores] = [heap.addressOf(tensors.out), heap.addressOf(tensors.scores)]
  kernels.dots(size, out, query, heap.addressOf(vectors), inner, heap.addressOf(bias), scores)
  const exact = heap.floats(tensors.scores).subarray(0, size)
  const places = topItems(exact, none, count)
  const numbers = heap.integers(tensors.out)
  return {
    items: Int32Array.from(places, (place) => numbers[place]!),
    scores: Float32Array.from(places, (place) => exact[place]!),
  }
}

type Scratch = Readonly<Record<'products' | 'lowest' | 'about', tf.TensorInfo>>

/** Writes the columns that may be among those searched for into `out`; returns how many. */
function certainShortlist(
  { heap, kernels }: Pick<SearchMeans, 'heap' | 'kernels'>,
  index: SearchIndex,
  query: number,
  { products, lowest, about }: Scratch,
  search: Search,
  row: number,
): number {
  const { inner, columns, bias, vectors, slack, tensors } = index
  const [step, norm, error] = heap.floats(about).subarray(3 * row) as unknown as [number, number, number]
  return kernels.shortlist(
    columns,
    heap.addressOf(products) + 4 * row * columns,
    step,
    heap.addressOf(tensors.steps),
    heap.addressOf(bias),
    Math.max(norm, (error + norm * inner * 2 ** -22) / usualError),
    heap.addressOf(tensors.doubts),
    slack,
    heap.addressOf(tensors.allowed),
    keptCount(index, search),
    query,
    heap.addressOf(vectors),
    inner,
    heap.addressOf(lowest),
    heap.addressOf(tensors.out),
  )
}

/** Writes the columns with the largest approximate products into `out`; returns how many. */
function approximateShortlist(
  { heap, kernels }: Pick<SearchMeans, 'heap' | 'kernels'>,
  index: SearchIndex,
  { products, lowest, about }: Scratch,
  search: Search,
  row: number,
): number {
  const { columns, tensors, projected } = index
  return kernels.candidates(
    columns,
    heap.addressOf(products) + 4 * row * columns,
    heap.floats(about)[3 * row]!,
    heap.addressOf(tensors.steps),
    heap.addressOf(projected!.bias),
    heap.addressOf(tensors.allowed),
    keptCount(index, search),
    heap.addressOf(lowest),
    heap.addressOf(tensors.out),
  )
}

const none = new Int32Array(0)

function bytesOf(heap: Heap, tensor: tf.TensorInfo, length: number): Uint8Array {
  return new Uint8Array(heap.memory.buffer, heap.addressOf(tensor), length)
}
