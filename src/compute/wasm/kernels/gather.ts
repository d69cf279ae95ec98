import { floatAt, intAt, setFloat } from './array'

/** out_n = values_{indices_n} */
export function gather(size: i32, indices: usize, values: usize, out: usize): void {
  for (let n = 0; n < size; n++) setFloat(out, n, floatAt(values, intAt(indices, n)))
}
