// Philox by TensorFlow's own stateless operations, which take key and counter as they are.
import type { PlainKernel } from '../kernel.ts'
import type { PhiloxAttributes, PhiloxInputs } from '../philox.ts'
import { composed, types } from './native.ts'

export const tensorflowPhiloxUniform = drawnBy('StatelessRandomUniformV2')
export const tensorflowPhiloxNormal = drawnBy('StatelessRandomNormalV2')

/** RNG_ALG_PHILOX */
const philox = 1

function drawnBy(operation: string): PlainKernel<PhiloxInputs, PhiloxAttributes> {
  return ({ step }, { like, key, stream }) =>
    composed(({ call, int32 }) => {
      const [shape] = call('Shape', { T: { type: types.float }, out_type: { type: types.int32 } }, [like])
      const words = (values: ReturnType<typeof int32>) =>
        call('Bitcast', { T: { type: types.int32 }, type: { type: types.uint64 } }, [values])[0]!
      const [counter] = call('ConcatV2', { N: 3, T: { type: types.int32 }, Tidx: { type: types.int32 } }, [
        int32([0, 0]),
        step,
        int32([stream]),
        int32([0], []),
      ])
      const [pairs] = call('Reshape', { T: { type: types.int32 }, Tshape: { type: types.int32 } }, [
        counter!,
        int32([2, 2]),
      ])
      return call(operation, { dtype: { type: types.float }, Tshape: { type: types.int32 } }, [
        shape!,
        words(int32(key, [1, 2])),
        words(pairs!),
        int32([philox], []),
      ])[0]!
    })
}
