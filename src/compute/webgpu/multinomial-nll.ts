import type * as tf from '@tensorflow/tfjs'
import type { MultinomialNllGradientInputs, MultinomialNllInputs } from '../multinomial-nll.ts'
import { workgroupIndex } from './commands.ts'
import { bindingsOf, type Compiled, compile, wordsMember } from './compile-expression.ts'
import type { Device } from './device.ts'
import type { Expressions } from './expressions.ts'
import type { Program } from './pipelines.ts'

/** One pass over the logits of each row, a workgroup for each. The counts are computed where they are needed, as ∂y is. */
export function wgslMultinomialNll(device: Device, expressions: Expressions): tf.KernelFunc {
  return (call) => {
    const { logits, offsets, indices, values } = call.inputs as unknown as MultinomialNllInputs
    const [rows, columns] = logits.shape
    const nll = device.allocate([rows])
    const logNormalizer = device.allocate([rows])
    const counts = compile(expressions.small(values, 2), 'n')
    device.dispatch({
      program: likelihood(counts),
      buffers: [offsets, indices, logits, nll, logNormalizer, ...counts.tensors].map((tensor) =>
        device.bufferOf(tensor),
      ),
      parameters: { integers: [rows, columns, 0, 0, ...counts.words] },
      workgroups: rows,
    })
    return [nll, logNormalizer]
  }
}

/** One pass as well. */
export function wgslMultinomialNllGradient(device: Device, expressions: Expressions): tf.KernelFunc {
  return (call) => {
    const { logits, offsets, indices, values, dy, logNormalizer } =
      call.inputs as unknown as MultinomialNllGradientInputs
    const [rows, columns] = logits.shape
    const out = device.allocate([rows, columns])
    const counts = compile(expressions.small(values, 2), 'n')
    const upstream = compile(expressions.small(dy, 1), 'row', 'upstream')
    device.dispatch({
      program: gradient(counts, upstream),
      buffers: [offsets, indices, logits, logNormalizer, out, ...counts.tensors, ...upstream.tensors].map(
        (tensor) => device.bufferOf(tensor),
      ),
      parameters: { integers: [rows, columns, 0, 0, ...counts.words, ...upstream.words] },
      workgroups: rows,
    })
    return out
  }
}

const head = /* wgsl */ `
@group(0) @binding(0) var<storage, read> offsets: array<u32>;
@group(0) @binding(1) var<storage, read> indices: array<u32>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
var<workgroup> partial: array<f32, 256>;
${workgroupIndex}
/** The sum over the workgroup, for all of its threads. */
fn sumOf(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  partial[lane] = value;
  for (var half = 128u; half > 0; half /= 2) {
    workgroupBarrier();
    if (lane < half) { partial[lane] += partial[lane + half]; }
  }
  workgroupBarrier();
  return partial[0];
}
fn maxOf(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  partial[lane] = value;
  for (var half = 128u; half > 0; half /= 2) {
    workgroupBarrier();
    if (lane < half) { partial[lane] = max(partial[lane], partial[lane + half]); }
  }
  workgroupBarrier();
  return partial[0];
}`

function likelihood(counts: Compiled): Program {
  return {
    name: 'multinomial-nll',
    code: /* wgsl */ `
struct Parameters { rows: u32, columns: u32, unused0: u32, unused1: u32, ${wordsMember(counts)} }
${head}
@group(0) @binding(3) var<storage, read_write> nll: array<f32>;
@group(0) @binding(4) var<storage, read_write> logNormalizer: array<f32>;
${bindingsOf(counts, 5)}
@group(0) @binding(${5 + counts.tensors.length}) var<uniform> parameters: Parameters;
${counts.declarations}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = workgroupIndex(id, count);
  let isRow = row < parameters.rows;
  let start = select(0u, row * parameters.columns, isRow);
  // the sum of exp(logit - top) so far, by the largest so far
  var top = -3.0e38;
  var sum = 0.0;
  for (var c = lane; c < parameters.columns; c += 1024) {
    let end = parameters.columns - 1;
    var four = vec4f(logits[start + c], logits[start + min(c + 256, end)], logits[start + min(c + 512, end)], logits[start + min(c + 768, end)]);
    four = select(vec4f(-3.0e38), four, vec4u(c, c + 256, c + 512, c + 768) < vec4u(parameters.columns));
    let higher = max(top, max(max(four.x, four.y), max(four.z, four.w)));
    sum = sum * exp(top - higher) + dot(exp(four - higher), vec4f(1));
    top = higher;
  }
  let highest = maxOf(top, lane);
  let normalizer = highest + log(sumOf(sum * exp(top - highest), lane));
  var explained = 0.0;
  var total = 0.0;
  let end = select(0u, offsets[row + 1], isRow);
  for (var n = select(0u, offsets[row], isRow) + lane; n < end; n += 256) {
    ${counts.statements}
    explained += ${counts.value} * logits[start + indices[n]];
    total += ${counts.value};
  }
  let allExplained = sumOf(explained, lane);
  let all = sumOf(total, lane);
  if (lane == 0 && isRow) {
    nll[row] = all * normalizer - allExplained;
    logNormalizer[row] = normalizer;
  }
}`,
  }
}

/** First as if nothing had been observed, then less by the counts. */
function gradient(counts: Compiled, dy: Compiled): Program {
  return {
    name: 'multinomial-nll-gradient',
    code: /* wgsl */ `
struct Parameters { rows: u32, columns: u32, unused0: u32, unused1: u32, ${wordsMember(counts)} ${wordsMember(dy)} }
${head}
@group(0) @binding(3) var<storage, read> logNormalizer: array<f32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;
${bindingsOf(counts, 5)}
${bindingsOf(dy, 5 + counts.tensors.length)}
@group(0) @binding(${5 + counts.tensors.length + dy.tensors.length}) var<uniform> parameters: Parameters;
${counts.declarations === dy.declarations ? '' : counts.declarations}
${dy.declarations}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = workgroupIndex(id, count);
  if (row >= parameters.rows) { return; }
  ${dy.statements}
  let upstream = ${dy.value};
  let end = offsets[row + 1];
  var total = 0.0;
  for (var n = offsets[row] + lane; n < end; n += 256) {
    ${counts.statements}
    total += ${counts.value};
  }
  let scale = upstream * sumOf(total, lane);
  let start = row * parameters.columns;
  let normalizer = logNormalizer[row];
  for (var c = lane; c < parameters.columns; c += 256) {
    result[start + c] = scale * exp(logits[start + c] - normalizer);
  }
  storageBarrier();
  for (var n = offsets[row] + lane; n < end; n += 256) {
    ${counts.statements}
    result[start + indices[n]] -= upstream * ${counts.value};
  }
}`,
  }
}
