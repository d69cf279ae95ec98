import type * as tf from '@tensorflow/tfjs'
import type { SampledMatMulInputs } from '../sampled-mat-mul.ts'
import { workgroupIndex } from './commands.ts'
import type { Device } from './device.ts'
import type { Program } from './pipelines.ts'

/** Eight entries a workgroup, 32 threads for the dot product of each. */
export function wgslSampledMatMul(device: Device): tf.KernelFunc {
  return (call) => {
    const { rowIndices, indices, a, b } = call.inputs as unknown as SampledMatMulInputs
    const size = a.shape[1]
    const isAligned = size % 4 === 0
    const out = device.allocate([indices.size])
    device.dispatch({
      program: isAligned ? aligned : unaligned,
      buffers: [rowIndices, indices, a, b, out].map((tensor) => device.bufferOf(tensor)),
      parameters: { integers: [indices.size, isAligned ? size / 4 : size] },
      workgroups: Math.ceil(indices.size / 8),
    })
    return out
  }
}

const aligned = program('vec4f', (a, b) => `dot(${a}, ${b})`)
const unaligned = program('f32', (a, b) => `${a} * ${b}`)

function program(type: string, dot: (a: string, b: string) => string): Program {
  return {
    name: `sampled-mat-mul ${type}`,
    code: /* wgsl */ `
struct Parameters { entries: u32, width: u32 }
@group(0) @binding(0) var<storage, read> rowIndices: array<u32>;
@group(0) @binding(1) var<storage, read> indices: array<u32>;
@group(0) @binding(2) var<storage, read> a: array<${type}>;
@group(0) @binding(3) var<storage, read> b: array<${type}>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;
@group(0) @binding(5) var<uniform> parameters: Parameters;
var<workgroup> partial: array<f32, 256>;
${workgroupIndex}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let entry = workgroupIndex(id, count) * 8 + lane / 32;
  var sum = 0.0;
  if (entry < parameters.entries) {
    let row = rowIndices[entry] * parameters.width;
    let column = indices[entry] * parameters.width;
    for (var k = lane % 32; k < parameters.width; k += 32) { sum += ${dot('a[row + k]', 'b[column + k]')}; }
  }
  partial[lane] = sum;
  for (var half = 16u; half > 0; half /= 2) {
    workgroupBarrier();
    if (lane % 32 < half) { partial[lane] += partial[lane + half]; }
  }
  if (lane % 32 == 0 && entry < parameters.entries) { result[entry] = partial[lane]; }
}`,
  }
}
