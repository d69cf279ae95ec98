// Sums over neighboring axes of an expression, which is computed as it is summed.
import * as tf from '@tensorflow/tfjs'
import { workgroupIndex } from './commands.ts'
import { bindingsOf, type Compiled, compile, wordsMember } from './compile-expression.ts'
import type { Device } from './device.ts'
import type { Expression } from './expression.ts'
import type { Expressions } from './expressions.ts'
import type { Program } from './pipelines.ts'

export function fusedSum(device: Device, expressions: Expressions, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo }
    const { axis, keepDims } = call.attrs as unknown as { axis?: number | number[]; keepDims?: boolean }
    const axes = tf.util.parseAxisParam(axis as number, x.shape).sort((a, b) => a - b)
    const areNeighbors = axes.every((n, place) => place === 0 || n === axes[place - 1]! + 1)
    if (x.dtype !== 'float32' || !areNeighbors) return stock(call)
    const shape = keepDims
      ? x.shape.map((size, n) => (axes.includes(n) ? 1 : size))
      : x.shape.filter((_, n) => !axes.includes(n))
    const [operand] = expressions.operands([x], tf.util.sizeFromShape(x.shape))
    const inner = tf.util.sizeFromShape(x.shape.slice((axes.at(-1) ?? -1) + 1))
    const reduced = tf.util.sizeFromShape(axes.map((n) => x.shape[n]!))
    const outer =
      tf.util.sizeFromShape(x.shape) === 0
        ? tf.util.sizeFromShape(shape) / inner
        : tf.util.sizeFromShape(x.shape) / inner / reduced
    return sumExpression(device, expressions, operand!, { outer, reduced, inner }, shape)
  }
}

/** Sums an outer × reduced × inner array over its middle axis. */
export function sumExpression(
  device: Device,
  expressions: Expressions,
  operand: Expression,
  { outer, reduced, inner }: { outer: number; reduced: number; inner: number },
  shape: readonly number[],
): tf.TensorInfo {
  if (reduced === 0) return expressions.defer(shape, { kind: 'constant', value: 0 })
  const lanes = inner === 1 ? 1 : inner < 32 ? 8 : 32
  const chunks = Math.ceil(inner / lanes)
  // a long sum by few workgroups is cut into blocks, which whatever reads the sum adds up
  const blocks = Math.min(mostBlocks, Math.ceil(reduced / shortest), Math.ceil(1024 / (outer * chunks)))
  const compiled = compile(operand)
  const out = device.allocate(blocks === 1 ? shape : [blocks, outer * inner])
  device.dispatch({
    program: program(compiled, lanes),
    buffers: [device.bufferOf(out), ...compiled.tensors.map((tensor) => device.bufferOf(tensor))],
    parameters: {
      integers: [outer, reduced, inner, blocks, Math.ceil(reduced / blocks), 0, 0, 0, ...compiled.words],
    },
    workgroups: outer * chunks * blocks,
  })
  if (blocks === 1) return out
  const sum = expressions.defer(shape, { kind: 'blocks', tensor: out, count: blocks, stride: outer * inner })
  device.release(out.dataId)
  return sum
}

const mostBlocks = 64
/** Elements of one sum that are not worth cutting. */
const shortest = 16_384

function program(compiled: Compiled, lanes: number): Program {
  const slices = 256 / lanes
  return {
    name: 'sum',
    code: /* wgsl */ `
struct Parameters { outer: u32, reduced: u32, inner: u32, blocks: u32, blockSize: u32, unused0: u32, unused1: u32, unused2: u32, ${wordsMember(compiled)} }
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
${bindingsOf(compiled, 1)}
@group(0) @binding(${1 + compiled.tensors.length}) var<uniform> parameters: Parameters;
${compiled.declarations}
var<workgroup> partial: array<f32, 256>;
${workgroupIndex}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let chunks = (parameters.inner + ${lanes - 1}) / ${lanes};
  let group = workgroupIndex(id, count);
  let column = group % chunks * ${lanes} + lane % ${lanes};
  let row = group / chunks % parameters.outer;
  let block = group / chunks / parameters.outer;
  let end = min(parameters.reduced, (block + 1) * parameters.blockSize);
  var sum = 0.0;
  if (column < parameters.inner && block < parameters.blocks) {
    for (var r = block * parameters.blockSize + lane / ${lanes}; r < end; r += ${slices}) {
      let i = (row * parameters.reduced + r) * parameters.inner + column;
      ${compiled.statements}
      sum += ${compiled.value};
    }
  }
  partial[lane] = sum;
  for (var half = ${slices / 2}u; half > 0; half /= 2) {
    workgroupBarrier();
    if (lane < half * ${lanes}) { partial[lane] += partial[lane + half * ${lanes}]; }
  }
  if (lane < ${lanes} && column < parameters.inner && block < parameters.blocks) {
    result[(block * parameters.outer + row) * parameters.inner + column] = partial[lane];
  }
}`,
  }
}
