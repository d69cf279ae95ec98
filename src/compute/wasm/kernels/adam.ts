/**
 * g ← g + decay θ, m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − rate m / (√v scale + ε), where `rate` and
 * `scale` hold the corrections of the bias. Outputs may be the inputs.
 */
export function adam(
  size: i32,
  parameter: usize,
  gradient: usize,
  mean: usize,
  variance: usize,
  parameterOut: usize,
  meanOut: usize,
  varianceOut: usize,
  decay: f32,
  rate: f32,
  scale: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
): void {
  const end = <usize>size << 2
  let at: usize = 0
  for (const whole = end & ~15; at < whole; at += 16) {
    const theta = v128.load(parameter + at)
    const g = slopeOf(v128.load(gradient + at), decay, theta)
    const m = average(beta1, v128.load(mean + at), rest1, g)
    const v = average(beta2, v128.load(variance + at), rest2, f32x4.mul(g, g))
    v128.store(meanOut + at, m)
    v128.store(varianceOut + at, v)
    v128.store(parameterOut + at, f32x4.sub(theta, changeOf(m, v, rate, scale, epsilon)))
  }
  for (; at < end; at += 4) {
    const theta = load<f32>(parameter + at)
    const g = load<f32>(gradient + at) + decay * theta
    const m = beta1 * load<f32>(mean + at) + rest1 * g
    const v = beta2 * load<f32>(variance + at) + rest2 * (g * g)
    store<f32>(meanOut + at, m)
    store<f32>(varianceOut + at, v)
    store<f32>(parameterOut + at, theta - (rate * m) / (sqrt(v) * scale + epsilon))
  }
}

/** g + decay θ of four elements. */
@inline
export function slopeOf(g: v128, decay: f32, theta: v128): v128 {
  return f32x4.add(g, f32x4.mul(f32x4.splat(decay), theta))
}

/** β old + (1 − β) value of four elements. */
@inline
export function average(beta: f32, old: v128, rest: f32, value: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.splat(beta), old), f32x4.mul(f32x4.splat(rest), value))
}

/** rate m / (√v scale + ε) of four elements. */
@inline
export function changeOf(m: v128, v: v128, rate: f32, scale: f32, epsilon: f32): v128 {
  const divisor = f32x4.add(f32x4.mul(f32x4.sqrt(v), f32x4.splat(scale)), f32x4.splat(epsilon))
  return f32x4.div(f32x4.mul(f32x4.splat(rate), m), divisor)
}
