// The search with 8-bit products first, and exact ones for those that may be among the largest.
//
// With x = x̂ + δ and w = ŵ + ε, where the hats are rounded to whole multiples of a step, x·w lies within
// ‖x‖ ‖ε‖ + ‖δ‖ ‖ŵ‖ of x̂·ŵ by the inequality of Cauchy and Schwarz: nothing that could be among the largest is lost.
// For one number less to each column that is taken as at most max(‖x‖, ‖δ‖ / κ) (‖ε‖ + κ ‖ŵ‖).
import type * as tf from '@tensorflow/tfjs'
import type { Found, InnerProductSearch, Search } from '../inner-product-search.ts'
import { topItems } from '../top-items.ts'
import type { Heap } from './heap.ts'
import { usualError } from './quantize-columns.ts'
import { buildIndex, closeIndex, type SearchIndex, type SearchMeans } from './search-index.ts'

/** Opens searches on the heap, which keep their index from the first question on. */
export function quantizedSearch(means: SearchMeans) {
  return (factor: tf.Tensor2D, bias: tf.Tensor1D): InnerProductSearch => {
    let index: SearchIndex | undefined
    return {
      find: (queries, searches) => {
        index ??= buildIndex(means, factor, bias)
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
  const { inner, columns, integers } = index
  requireFit(index, queries, searches)
  const rows = searches.length
  const most = Math.min(columns, Math.max(1, ...searches.map(({ count }) => count)))
  return withScratch(heap, (allocate) => {
    const codes = allocate([Math.ceil((rows * inner) / 4)])
    const scratch = {
      products: allocate([rows, columns], 'int32'),
      lowest: allocate([most]),
      about: allocate([3 * rows]),
    }
    const [query, code, told] = [
      heap.addressOf(queries),
      heap.addressOf(codes),
      heap.addressOf(scratch.about),
    ]
    for (let row = 0; row < rows; row++)
      kernels.quantize(inner, query + 4 * row * inner, code + row * inner, told + 12 * row)
    integers.multiply(bytesOf(heap, codes, rows * inner), heap.integers(scratch.products))
    return searches.map((search, row) => findRow(means, index, queries, scratch, search, row))
  })
}

/** The kernels do not look where they read. */
function requireFit(
  { inner, columns }: SearchIndex,
  { shape }: tf.Tensor2D,
  searches: readonly Search[],
): void {
  if (shape[1] !== inner || shape[0] < searches.length)
    throw new RangeError(
      `Queries of shape [${shape.join(', ')}] do not fit ${searches.length} searches in a factor of shape [${inner}, ${columns}]`,
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
  { inner, columns, bias, slack, longest, tensors }: SearchIndex,
  queries: tf.TensorInfo,
  { products, lowest, about }: Readonly<Record<'products' | 'lowest' | 'about', tf.TensorInfo>>,
  { count, excluded, allowed }: Search,
  row: number,
): Found {
  const [step, norm, error] = heap.floats(about).subarray(3 * row) as unknown as [number, number, number]
  if (!(norm < longest))
    throw new RangeError(`The query of row ${row} is not finite, or has no finite products`)
  const mask = bytesOf(heap, tensors.allowed, columns)
  if (allowed !== null) mask.set(allowed)
  for (const column of excluded) mask[column] = 0
  const query = heap.addressOf(queries) + 4 * row * inner
  const [vectors, biases] = [heap.addressOf(tensors.byColumn), heap.addressOf(bias)]
  const [out, scores] = [heap.addressOf(tensors.out), heap.addressOf(tensors.scores)]
  const size = kernels.shortlist(
    columns,
    heap.addressOf(products) + 4 * row * columns,
    step,
    heap.addressOf(tensors.steps),
    biases,
    Math.max(norm, (error + norm * inner * 2 ** -22) / usualError),
    heap.addressOf(tensors.doubts),
    slack,
    heap.addressOf(tensors.allowed),
    Math.min(count, columns),
    query,
    vectors,
    inner,
    heap.addressOf(lowest),
    out,
  )
  if (allowed === null) for (const column of excluded) mask[column] = 1
  else mask.fill(1)
  kernels.dots(size, out, query, vectors, inner, biases, scores)
  const exact = heap.floats(tensors.scores).subarray(0, size)
  const places = topItems(exact, none, count)
  const numbers = heap.integers(tensors.out)
  return {
    items: Int32Array.from(places, (place) => numbers[place]!),
    scores: Float32Array.from(places, (place) => exact[place]!),
  }
}

const none = new Int32Array(0)

function bytesOf(heap: Heap, tensor: tf.TensorInfo, length: number): Uint8Array {
  return new Uint8Array(heap.memory.buffer, heap.addressOf(tensor), length)
}
