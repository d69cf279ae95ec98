import * as tf from '@tensorflow/tfjs'
import type { AdamUpdateAttributes, AdamUpdateInputs } from '../adam.ts'
import type { Device } from './device.ts'
import type { Program } from './pipelines.ts'

/** Writes over the parameter and its moments, or over copies of those that other tensors share. */
export function wgslAdamUpdate(device: Device): tf.KernelFunc {
  return (call) => {
    const { parameter, gradient, mean, variance } = call.inputs as unknown as AdamUpdateInputs
    const attributes = call.attrs as unknown as AdamUpdateAttributes
    const { rate, decay, meanCorrection, varianceCorrection, beta1, beta2, epsilon } = attributes
    const slope = device.bufferOf(gradient)
    const updated = [parameter, mean, variance].map((tensor) =>
      device.isExclusive(tensor) ? device.alias(tensor, tensor.shape) : device.copy(tensor),
    )
    const vectors = Math.ceil(tf.util.sizeFromShape(parameter.shape) / 4)
    device.dispatch({
      program: update,
      buffers: [slope, ...updated.map((tensor) => device.bufferOf(tensor))],
      parameters: {
        integers: [vectors],
        floats: [
          decay,
          rate / meanCorrection,
          1 / Math.sqrt(varianceCorrection),
          beta1,
          1 - beta1,
          beta2,
          1 - beta2,
          epsilon,
        ],
      },
      workgroups: Math.ceil(vectors / 256),
    })
    return updated
  }
}

/** In vectors of 4: buffer sizes are multiples of them, and the padding after the last element is unused. */
const update: Program = {
  name: 'adam-update',
  code: /* wgsl */ `
struct Parameters {
  vectors: u32, decay: f32, rate: f32, inverseDeviation: f32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32
}
@group(0) @binding(0) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> parameter: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> mean: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> variance: array<vec4f>;
@group(0) @binding(4) var<uniform> parameters: Parameters;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let n = (id.y * count.x + id.x) * 256 + lane;
  if (n >= parameters.vectors) { return; }
  let slope = gradient[n] + parameters.decay * parameter[n];
  let newMean = parameters.beta1 * mean[n] + parameters.rest1 * slope;
  let newVariance = parameters.beta2 * variance[n] + parameters.rest2 * slope * slope;
  mean[n] = newMean;
  variance[n] = newVariance;
  parameter[n] -= parameters.rate * newMean / (sqrt(newVariance) * parameters.inverseDeviation + parameters.epsilon);
}`,
}
