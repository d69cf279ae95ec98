// Arrays of 32-bit numbers, given by the address of their first byte.

@inline
export function placeOf(array: usize, index: i32): usize {
  return array + (<usize>index << 2)
}

@inline
export function intAt(array: usize, index: i32): i32 {
  return load<i32>(placeOf(array, index))
}

@inline
export function floatAt(array: usize, index: i32): f32 {
  return load<f32>(placeOf(array, index))
}

@inline
export function setInt(array: usize, index: i32, value: i32): void {
  store<i32>(placeOf(array, index), value)
}

@inline
export function setFloat(array: usize, index: i32, value: f32): void {
  store<f32>(placeOf(array, index), value)
}

/** The sum of the four numbers of a vector. */
@inline
export function sum4(four: v128): f32 {
  return (
    f32x4.extract_lane(four, 0) +
    f32x4.extract_lane(four, 1) +
    (f32x4.extract_lane(four, 2) + f32x4.extract_lane(four, 3))
  )
}
