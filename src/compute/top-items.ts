/**
 * The `count` items with the highest scores, best first; of equal scores the lower item number comes first. Takes one
 * pass over the scores with a heap of `count` places, never a sort of all items.
 *
 * @param scores one for each item
 * @param masked items to leave out, ascending
 * @param allowed a byte for each item, 0 where it is to be left out as well; null where none is
 * @returns item numbers; fewer than `count` where fewer are left
 * @throws RangeError when a score is NaN, left out or not.
 */
export function topItems(
  scores: Float32Array,
  masked: Int32Array,
  count: number,
  allowed: Uint8Array | null = null,
): Int32Array {
  const heap = new Int32Array(Math.min(count, scores.length))
  let size = 0
  let nextMasked = 0
  let worst = Number.NEGATIVE_INFINITY
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!
    if (Number.isNaN(score)) throw new RangeError(`The score of item ${item} is NaN`)
    if (size === heap.length && score <= worst) continue
    while (masked[nextMasked]! < item) nextMasked++
    if (masked[nextMasked] === item || (allowed !== null && allowed[item] === 0)) continue
    if (size < heap.length) {
      heap[size] = item
      siftUp(heap, size++, scores)
    } else if (size > 0) {
      heap[0] = item
      siftDown(heap, size, scores)
    }
    worst = size > 0 ? scores[heap[0]!]! : worst
  }
  for (let end = size - 1; end > 0; end--) {
    swap(heap, 0, end)
    siftDown(heap, end, scores)
  }
  return heap.subarray(0, size)
}

/** Whether item `a` ranks behind item `b`; the heap keeps the last-ranked on top. */
function behind(a: number, b: number, scores: Float32Array): boolean {
  return scores[a]! < scores[b]! || (scores[a] === scores[b] && a > b)
}

function siftUp(heap: Int32Array, from: number, scores: Float32Array): void {
  let child = from
  while (child > 0) {
    const parent = (child - 1) >> 1
    if (!behind(heap[child]!, heap[parent]!, scores)) return
    swap(heap, child, parent)
    child = parent
  }
}

function siftDown(heap: Int32Array, size: number, scores: Float32Array): void {
  let parent = 0
  for (;;) {
    let last = parent
    for (let child = 2 * parent + 1; child <= 2 * parent + 2 && child < size; child++)
      if (behind(heap[child]!, heap[last]!, scores)) last = child
    if (last === parent) return
    swap(heap, parent, last)
    parent = last
  }
}

function swap(heap: Int32Array, a: number, b: number): void {
  const kept = heap[a]!
  heap[a] = heap[b]!
  heap[b] = kept
}
