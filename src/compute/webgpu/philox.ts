// Philox 4×32-10 in WGSL: see random/philox.ts. Draws are expressions, computed where they are used.
import * as tf from '@tensorflow/tfjs'
import type {
  PhiloxAttributes,
  PhiloxDropoutAttributes,
  PhiloxDropoutInputs,
  PhiloxInputs,
} from '../philox.ts'
import type { Device } from './device.ts'
import { type Expression, infoOf } from './expression.ts'
import type { Expressions } from './expressions.ts'

export function wgslPhiloxUniform(device: Device, expressions: Expressions): tf.KernelFunc {
  return draws(device, expressions, 'philoxUniform')
}

export function wgslPhiloxNormal(device: Device, expressions: Expressions): tf.KernelFunc {
  return draws(device, expressions, 'philoxNormal')
}

export function wgslPhiloxDropout(device: Device, expressions: Expressions): tf.KernelFunc {
  return (call) => {
    const { x, step } = call.inputs as unknown as PhiloxDropoutInputs
    const { rate, factor, ...stream } = call.attrs as unknown as PhiloxDropoutAttributes
    const [operand] = expressions.operands([x], tf.util.sizeFromShape(x.shape))
    const draw = drawn('philoxUniform', device, step, stream)
    const constant = (value: number): Expression => ({ kind: 'constant', value })
    const factors: Expression = {
      kind: 'apply',
      formula: 'select(b, 0.0, a < 0.0)',
      operands: [{ kind: 'apply', formula: 'a - b', operands: [draw, constant(rate)] }, constant(factor)],
    }
    return expressions.defer(x.shape, { kind: 'apply', formula: 'a * b', operands: [operand!, factors] })
  }
}

function draws(device: Device, expressions: Expressions, name: string): tf.KernelFunc {
  return (call) => {
    const { step } = call.inputs as unknown as PhiloxInputs
    const { like, ...stream } = call.attrs as unknown as PhiloxAttributes
    return expressions.defer(like.shape, drawn(name, device, step, stream))
  }
}

function drawn(
  name: string,
  device: Device,
  step: tf.TensorInfo,
  { key, stream }: Pick<PhiloxAttributes, 'key' | 'stream'>,
): Expression {
  return {
    kind: 'generate',
    declarations,
    formula: `${name}(i, vec2u(w0, w1), w2, w3)`,
    words: [key[0], key[1], stepOf(device, step), stream],
  }
}

/** As a number where it is still in plain memory: then nothing need be uploaded. */
function stepOf(device: Device, step: tf.TensorInfo): number | tf.TensorInfo {
  return device.hostScalar(step) ?? infoOf(step)
}

const declarations = /* wgsl */ `
fn highWord(a: u32, b: u32) -> u32 {
  let low = (a & 0xffff) * (b & 0xffff);
  let middle = (a >> 16) * (b & 0xffff) + (low >> 16);
  let carry = (middle & 0xffff) + (a & 0xffff) * (b >> 16);
  return (a >> 16) * (b >> 16) + (middle >> 16) + (carry >> 16);
}
fn philoxBlock(first: vec4u, firstKey: vec2u) -> vec4u {
  var c = first;
  var k = firstKey;
  for (var round = 0u; round < 10; round++) {
    c = vec4u(
      highWord(0xcd9e8d57u, c.z) ^ c.y ^ k.x, 0xcd9e8d57u * c.z,
      highWord(0xd2511f53u, c.x) ^ c.w ^ k.y, 0xd2511f53u * c.x);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}
fn unitOf(word: u32) -> f32 { return f32(word & 0x7fffff) / 8388608.0; }
fn philoxUniform(i: u32, key: vec2u, step: u32, stream: u32) -> f32 {
  let words = philoxBlock(vec4u(i >> 2, 0, step, stream), key);
  return unitOf(words[i & 3]);
}
// sine and cosine of 2 pi v, since WGSL promises few digits of its own
fn circle(v: f32) -> vec2f {
  let quarter = floor(4 * v + 0.5);
  let t = 6.283185307179586 * (v - quarter / 4);
  let s = t * t;
  let sine = t * (1 + s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s / 362880))));
  let cosine = 1 + s * (-0.5 + s * (1.0 / 24 + s * (-1.0 / 720 + s / 40320)));
  switch u32(quarter) & 3 {
    case 1: { return vec2f(cosine, -sine); }
    case 2: { return vec2f(-sine, -cosine); }
    case 3: { return vec2f(-cosine, sine); }
    default: { return vec2f(sine, cosine); }
  }
}
fn philoxNormal(i: u32, key: vec2u, step: u32, stream: u32) -> f32 {
  let words = philoxBlock(vec4u(i >> 2, 0, step, stream), key);
  let radius = sqrt(-2 * log(max(unitOf(words[i & 2]), 1e-7)));
  return radius * circle(unitOf(words[(i & 2) + 1]))[i & 1];
}`
