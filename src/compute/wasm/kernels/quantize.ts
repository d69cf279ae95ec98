import { floatAt, setFloat } from './array'

/**
 * codes_n = 128 + round(x_n / step), a byte each, with the step that takes the largest |x_n| to 127; and into `about`
 * the step, ‖x‖ and ‖x − step (codes − 128)‖.
 */
export function quantize(size: i32, x: usize, codes: usize, about: usize): void {
  let top: f32 = 0
  for (let n = 0; n < size; n++) top = max<f32>(top, abs<f32>(floatAt(x, n)))
  const step: f32 = top > negligible ? top / 127 : 0
  const inverse: f32 = top > negligible ? 127 / top : 0
  let squares: f64 = 0
  let errors: f64 = 0
  for (let n = 0; n < size; n++) {
    const value = floatAt(x, n)
    const code = nearest<f32>(value * inverse)
    store<u8>(codes + n, <u8>(<i32>code + 128))
    const error = <f64>value - <f64>step * <f64>code
    squares += <f64>value * <f64>value
    errors += error * error
  }
  setFloat(about, 0, step)
  setFloat(about, 1, <f32>sqrt(squares))
  setFloat(about, 2, <f32>sqrt(errors))
}

/** Of less, all codes are 128: 127 / x_n might be infinite. */
const negligible: f32 = 1e-30
