import { z } from 'zod'
import { inTurns, type Sliced } from '../../recommender/turns.ts'
import { InvalidFormError } from '../form.ts'

/** The corners of a polygon: x and y by turns. */
export type Lasso = readonly number[]

/** @throws InvalidFormError */
export function parseLasso(text: string | undefined): Lasso {
  const parsed = z
    .array(z.number())
    .min(6)
    .max(2 * maxCorners)
    .safeParse(text?.split(',').map(Number))
  if (!parsed.success || parsed.data.length % 2 === 1)
    throw new InvalidFormError('The field lasso is invalid: it must be the corners of a polygon, x and y.')
  return parsed.data
}

const maxCorners = 200

/**
 * The numbers of the points inside a polygon, by the even-odd rule.
 *
 * @param positions points × 2, row-major
 */
export function pointsInside(lasso: Lasso, positions: Float32Array): Promise<number[]> {
  return inTurns(findInside(lasso, positions))
}

function* findInside(lasso: Lasso, positions: Float32Array): Sliced<number[]> {
  const [xs, ys] = [0, 1].map((axis) => lasso.filter((_, n) => n % 2 === axis))
  const [left, right] = [Math.min(...xs!), Math.max(...xs!)]
  const [bottom, top] = [Math.min(...ys!), Math.max(...ys!)]
  const inside: number[] = []
  for (let n = 0; n < positions.length / 2; n++) {
    if (n % pointsPerSlice === 0) yield
    const [x, y] = [positions[2 * n]!, positions[2 * n + 1]!]
    if (x >= left && x <= right && y >= bottom && y <= top && isInside(lasso, x, y)) inside.push(n)
  }
  return inside
}

const pointsPerSlice = 2000

/** Counts the edges that a ray to the right crosses. */
function isInside(lasso: Lasso, x: number, y: number): boolean {
  let isOdd = false
  for (let n = 0; n < lasso.length; n += 2) {
    const [fromX, fromY] = [lasso[n]!, lasso[n + 1]!]
    const [toX, toY] = [lasso[(n + 2) % lasso.length]!, lasso[(n + 3) % lasso.length]!]
    if (fromY > y !== toY > y && x < fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX)) isOdd = !isOdd
  }
  return isOdd
}
