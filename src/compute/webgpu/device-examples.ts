// Training examples in the device's memory, gathered there by row numbers.
import * as tf from '@tensorflow/tfjs'
import {
  type DeviceExamples,
  type HostMatrices,
  type SharedPattern,
  sharedPatterns,
} from '../device-examples.ts'
import type { SparseTensor } from '../sparse-tensor.ts'
import type { Device } from './device.ts'
import { infoOf } from './expression.ts'
import type { Expressions } from './expressions.ts'
import type { Program } from './pipelines.ts'

export function openWebgpuExamples<Name extends string>(
  device: Device,
  expressions: Expressions,
  matrices: HostMatrices<Name>,
): DeviceExamples<Name> {
  const patterns = sharedPatterns(matrices).map((shared) =>
    openPattern(device, expressions, matrices, shared),
  )
  return {
    resident: Object.assign({}, ...patterns.map(({ resident }) => resident)),
    locate: (rows) => Object.assign({}, ...patterns.map((pattern) => pattern.locate(rows))),
    select: (located) => Object.assign({}, ...patterns.map((pattern) => pattern.select(located))),
    dispose: () => {
      for (const { resident } of patterns) tf.dispose(resident)
    },
  }
}

function openPattern<Name extends string>(
  device: Device,
  expressions: Expressions,
  matrices: HostMatrices<Name>,
  { pattern: { offsets, columns, indices }, names }: SharedPattern<Name>,
) {
  const [first] = names
  const valuesOf = (name: Name) => `${name}.values`
  const resident: tf.NamedTensorMap = {
    [`${first}.indices`]: tf.tensor1d(indices, 'int32'),
    ...Object.fromEntries(
      names.map((name) => [valuesOf(name), tf.tensor1d(matrices[name].values, 'float32')]),
    ),
  }
  /** Of batches, by their offsets. */
  const entryCounts = new WeakMap<tf.Tensor, number>()

  function locate(rows: Int32Array): tf.NamedTensorMap {
    const ends = new Int32Array(rows.length + 1)
    for (const [n, row] of rows.entries()) ends[n + 1] = ends[n]! + offsets[row + 1]! - offsets[row]!
    const located = tf.tensor1d(ends, 'int32')
    entryCounts.set(located, ends[rows.length]!)
    return {
      [`${first}.offsets`]: located,
      [`${first}.starts`]: tf.tensor1d(
        rows.map((row) => offsets[row]!),
        'int32',
      ),
    }
  }

  function select(located: tf.NamedTensorMap): Record<string, SparseTensor> {
    const ends = located[`${first}.offsets`] as tf.Tensor1D
    const [rows, count] = [ends.size - 1, entryCounts.get(ends)!]
    const out = { rowIndices: [count], indices: [count], positions: [count] } as const
    const [rowIndices, selected, positions] = Object.values(out).map((shape) =>
      device.allocate(shape, 'int32'),
    )
    device.dispatch({
      program: selectRows,
      buffers: [
        ends,
        located[`${first}.starts`]!,
        resident[`${first}.indices`]!,
        rowIndices!,
        selected!,
        positions!,
      ].map((tensor) => device.bufferOf(tensor)),
      parameters: { integers: [rows] },
      workgroups: rows,
    })
    const shape = [rows, columns] as const
    const parts = { shape, offsets: ends, rowIndices: tracked(rowIndices!), indices: tracked(selected!) }
    const matrixOf = (name: Name): SparseTensor => {
      const operand = { kind: 'stored', tensor: infoOf(resident[valuesOf(name)]!) } as const
      const values = expressions.defer([count], { kind: 'gather', indices: infoOf(positions!), operand })
      return { ...parts, values: tracked(values) }
    }
    const batch = Object.fromEntries(names.map((name) => [name, matrixOf(name)]))
    device.release(positions!.dataId)
    return batch
  }

  return { resident, locate, select }
}

/** A tensor that tfjs disposes of at the end of its scope. */
function tracked(tensor: tf.TensorInfo): tf.Tensor1D {
  return tf.engine().makeTensorFromTensorInfo(tensor) as tf.Tensor1D
}

/** A workgroup for each row. */
const selectRows: Program = {
  name: 'select-rows',
  code: /* wgsl */ `
struct Parameters { rows: u32 }
@group(0) @binding(0) var<storage, read> offsets: array<u32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read> allIndices: array<u32>;
@group(0) @binding(3) var<storage, read_write> rowIndices: array<u32>;
@group(0) @binding(4) var<storage, read_write> indices: array<u32>;
@group(0) @binding(5) var<storage, read_write> positions: array<u32>;
@group(0) @binding(6) var<uniform> parameters: Parameters;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = id.y * count.x + id.x;
  if (row >= parameters.rows) { return; }
  let end = offsets[row + 1];
  for (var n = offsets[row] + lane; n < end; n += 64) {
    let position = starts[row] + n - offsets[row];
    rowIndices[n] = row;
    indices[n] = allIndices[position];
    positions[n] = position;
  }
}`,
}
