// The pattern of a sparse matrix by columns, computed on the device once for all products that need it.
import type * as tf from '@tensorflow/tfjs'
import type { SparseInputs } from '../kernel.ts'
import type { Device } from './device.ts'
import type { Program } from './pipelines.ts'

/** The entries of each column in the order of their rows. */
export interface TransposedPattern {
  /** int32 [columns + 1] */
  readonly offsets: tf.TensorInfo
  /** int32 [entries]: row of each entry, by columns */
  readonly rows: tf.TensorInfo
  /** int32 [entries]: the place of each in the matrix as it is */
  readonly entries: tf.TensorInfo
}

/** Patterns that were computed, by the matrix's column numbers, for as long as these live. */
export class TransposedPatterns {
  readonly #device: Device
  readonly #known = new WeakMap<object, TransposedPattern>()

  constructor(device: Device) {
    this.#device = device
  }

  of(sparse: SparseInputs, columns: number): TransposedPattern {
    const { dataId } = sparse.indices
    const known = this.#known.get(dataId)
    if (known) return known
    const pattern = transpose(this.#device, sparse, columns)
    this.#known.set(dataId, pattern)
    this.#device.attach(dataId, () => {
      for (const tensor of Object.values(pattern)) this.#device.release(tensor.dataId)
      this.#known.delete(dataId)
    })
    return pattern
  }
}

/**
 * Sorts by counting. The threads' order decides which place among its column's an entry takes at first; then each finds
 * its rank among them, so that the result does not depend on it.
 */
function transpose(
  device: Device,
  { indices, rowIndices }: SparseInputs,
  columns: number,
): TransposedPattern {
  const size = indices.size
  const integers = (length: number) => device.allocate([length], 'int32')
  const pattern = { offsets: integers(columns + 1), rows: integers(size), entries: integers(size) }
  const work = { counts: integers(columns), slots: integers(size), places: integers(size) }
  const run = (program: Program, workgroups: number, ...tensors: tf.TensorInfo[]) =>
    device.dispatch({
      program,
      buffers: tensors.map((tensor) => device.bufferOf(tensor)),
      parameters: { integers: [size, columns] },
      workgroups,
    })
  const groups = Math.ceil(size / 256)
  device.clear(device.bufferOf(work.counts), 4 * columns)
  run(count, groups, indices, work.counts, work.slots)
  run(accumulate, 1, work.counts, pattern.offsets)
  run(place, groups, indices, pattern.offsets, work.slots, work.places)
  run(rank, groups, indices, rowIndices, pattern.offsets, work.places, pattern.rows, pattern.entries)
  for (const { dataId } of Object.values(work)) device.release(dataId)
  return pattern
}

function perEntry(name: string, bindings: readonly string[], body: string): Program {
  const declared = bindings.map((binding, n) => `@group(0) @binding(${n}) var<storage, ${binding};`)
  return {
    name,
    code: /* wgsl */ `
struct Parameters { size: u32, columns: u32 }
${declared.join('\n')}
@group(0) @binding(${bindings.length}) var<uniform> parameters: Parameters;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = (id.y * count.x + id.x) * 256 + lane;
  if (n >= parameters.size) { return; }
  ${body}
}`,
  }
}

const count = perEntry(
  'count entries of columns',
  ['read> indices: array<u32>', 'read_write> counts: array<atomic<u32>>', 'read_write> slots: array<u32>'],
  'slots[n] = atomicAdd(&counts[indices[n]], 1);',
)

const place = perEntry(
  'place entries by columns',
  [
    'read> indices: array<u32>',
    'read> offsets: array<u32>',
    'read> slots: array<u32>',
    'read_write> places: array<u32>',
  ],
  'places[offsets[indices[n]] + slots[n]] = n;',
)

const rank = perEntry(
  'rank entries of columns',
  [
    'read> indices: array<u32>',
    'read> rowIndices: array<u32>',
    'read> offsets: array<u32>',
    'read> places: array<u32>',
    'read_write> rows: array<u32>',
    'read_write> entries: array<u32>',
  ],
  `
  let entry = places[n];
  let start = offsets[indices[entry]];
  let end = offsets[indices[entry] + 1];
  var at = start;
  for (var other = start; other < end; other++) { at += select(0u, 1u, places[other] < entry); }
  rows[at] = rowIndices[entry];
  entries[at] = entry;`,
)

/** Offsets from counts, by one workgroup: each thread adds up a part, then all add up the parts before. */
const accumulate: Program = {
  name: 'offsets of columns',
  code: /* wgsl */ `
struct Parameters { size: u32, columns: u32 }
@group(0) @binding(0) var<storage, read> counts: array<u32>;
@group(0) @binding(1) var<storage, read_write> offsets: array<u32>;
@group(0) @binding(2) var<uniform> parameters: Parameters;
var<workgroup> sums: array<u32, 256>;
@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  let share = (parameters.columns + 255) / 256;
  let start = min(lane * share, parameters.columns);
  let end = min(start + share, parameters.columns);
  var sum = 0u;
  for (var n = start; n < end; n++) { sum += counts[n]; }
  sums[lane] = sum;
  workgroupBarrier();
  var offset = 0u;
  for (var other = 0u; other < lane; other++) { offset += sums[other]; }
  for (var n = start; n < end; n++) {
    offsets[n] = offset;
    offset += counts[n];
  }
  if (lane == 255) { offsets[parameters.columns] = offset; }
}`,
}
