import type * as tf from '@tensorflow/tfjs'
import type { SparseDenseMatMulAttributes, SparseDenseMatMulInputs } from '../sparse-dense-mat-mul.ts'
import { workgroupIndex } from './commands.ts'
import type { Device } from './device.ts'
import type { Program } from './pipelines.ts'
import type { TransposedPatterns } from './transposed-pattern.ts'

/** Adds up rows of the dense matrix; the transposed product by the transposed pattern, so that each sum has one order. */
export function wgslSparseDenseMatMul(device: Device, patterns: TransposedPatterns): tf.KernelFunc {
  return (call) => {
    const inputs = call.inputs as unknown as SparseDenseMatMulInputs
    const { shape, transpose } = call.attrs as unknown as SparseDenseMatMulAttributes
    const [rows, columns] = transpose ? [shape[1], shape[0]] : shape
    const size = inputs.dense.shape[1]
    const out = device.allocate([rows, size])
    const isAligned = size % 4 === 0
    const width = isAligned ? size / 4 : size
    const lanes = Math.min(64, 2 ** Math.ceil(Math.log2(Math.max(width, 1))))
    const { offsets, indices, values, dense } = inputs
    const sparse = transpose ? transposed(patterns, inputs, rows) : [offsets, indices]
    device.dispatch({
      program: program(lanes, isAligned, transpose),
      buffers: [...sparse, values, dense, out].map((tensor) => device.bufferOf(tensor)),
      parameters: { integers: [rows, columns, width] },
      workgroups: rows * Math.ceil(width / lanes),
    })
    return out
  }
}

function transposed(
  patterns: TransposedPatterns,
  inputs: SparseDenseMatMulInputs,
  columns: number,
): tf.TensorInfo[] {
  const { offsets, rows, entries } = patterns.of(inputs, columns)
  return [offsets, rows, entries]
}

const programs = new Map<string, Program>()

/** A row of the result for each workgroup: lanes along it, and slices that share its entries. */
function program(lanes: number, isAligned: boolean, transpose: boolean): Program {
  const key = [lanes, isAligned, transpose].join()
  const known = programs.get(key)
  if (known) return known
  const slices = Math.max(4, 32 / lanes)
  const threads = lanes * slices
  const type = isAligned ? 'vec4f' : 'f32'
  const first = transpose ? 3 : 2
  const made = {
    name: `sparse-dense-mat-mul ${key}`,
    code: /* wgsl */ `
struct Parameters { rows: u32, columns: u32, width: u32 }
@group(0) @binding(0) var<storage, read> offsets: array<u32>;
@group(0) @binding(1) var<storage, read> indices: array<u32>;
${transpose ? '@group(0) @binding(2) var<storage, read> entries: array<u32>;' : ''}
@group(0) @binding(${first}) var<storage, read> values: array<f32>;
@group(0) @binding(${first + 1}) var<storage, read> dense: array<${type}>;
@group(0) @binding(${first + 2}) var<storage, read_write> result: array<${type}>;
@group(0) @binding(${first + 3}) var<uniform> parameters: Parameters;
var<workgroup> partial: array<${type}, ${threads}>;
${workgroupIndex}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = workgroupIndex(id, count);
  let chunks = (parameters.width + ${lanes - 1}) / ${lanes};
  let row = group / chunks;
  if (row >= parameters.rows) { return; }
  let column = group % chunks * ${lanes} + lane % ${lanes};
  let end = offsets[row + 1];
  var sum = ${type}(0);
  if (column < parameters.width) {
    for (var n = offsets[row] + lane / ${lanes}; n < end; n += ${slices}) {
      sum += values[${transpose ? 'entries[n]' : 'n'}] * dense[indices[n] * parameters.width + column];
    }
  }
  partial[lane] = sum;
  workgroupBarrier();
  if (lane < ${lanes} && column < parameters.width) {
    for (var slice = 1u; slice < ${slices}; slice++) { sum += partial[slice * ${lanes} + lane]; }
    result[row * parameters.width + column] = sum;
  }
}`,
  }
  programs.set(key, made)
  return made
}
