import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import type { Random } from '../random/random.ts'

/** Draws users: a vector in the latent space, and the number of their interactions. */
export interface UserPrior {
  draw(random: Random): DrawnUser
}

export interface DrawnUser {
  readonly z: Float64Array
  readonly length: number
}

export interface Posteriors {
  /** users × latent. */
  readonly mean: Float32Array
  readonly std: Float32Array
  /** The number of interactions of each user. */
  readonly lengths: ArrayLike<number>
}

/**
 * The normal distribution of the users' embeddings and of their history lengths together, fitted to real users: the
 * standard normal prior of a VAE differs from where its users are, the more so for a small β (Ghosh et al., "From
 * variational to deterministic autoencoders", ICLR 2020, section 4). Its covariance is that of the posterior means plus the
 * mean posterior variance. Lengths enter as normal scores, so that drawn lengths are distributed as the real ones.
 *
 * @throws RangeError with fewer than two users
 */
export function fitUserPrior({ mean, std, lengths }: Posteriors): UserPrior {
  const users = lengths.length
  if (users < 2)
    throw new RangeError(`Users cannot be synthesized from ${users} users; at least two are needed`)
  const latent = mean.length / users
  const sorted = Float64Array.from(lengths).sort()
  const scores = normalScores(lengths)
  const valueAt = (user: number, k: number) => (k < latent ? mean[user * latent + k]! : scores[user]!)
  const size = latent + 1
  const center = new Float64Array(size)
  for (let user = 0; user < users; user++)
    for (let k = 0; k < size; k++) center[k]! += valueAt(user, k) / users
  const covariance = covarianceOf(users, size, (user, k) => valueAt(user, k) - center[k]!)
  for (let k = 0; k < latent; k++) {
    let variance = 0
    for (let user = 0; user < users; user++) variance += std[user * latent + k]! ** 2 / users
    covariance.set(k, k, covariance.get(k, k) + variance)
  }
  // more units than users, or units that no user needs, leave no full rank
  for (let k = 0; k < size; k++) covariance.set(k, k, covariance.get(k, k) + 1e-9)
  const factor = new CholeskyDecomposition(covariance).lowerTriangularMatrix.to2DArray()
  return {
    draw: (random) => {
      const noise = Float64Array.from({ length: size }, () => random.normal())
      const drawn = center.map((value, k) => {
        let sum = value
        for (let j = 0; j <= k; j++) sum += factor[k]![j]! * noise[j]!
        return sum
      })
      const rank = normalCdf(drawn[latent]!, 0, 1)
      return { z: drawn.subarray(0, latent), length: sorted[Math.min(users - 1, Math.floor(rank * users))]! }
    },
  }
}

/** Draws users around given ones: from their posteriors, with histories of about their lengths. */
export function usersAround({ mean, std, lengths }: Posteriors): UserPrior {
  const latent = mean.length / lengths.length
  return {
    draw: (random) => {
      const user = random.integer(lengths.length)
      const at = (k: number) => user * latent + k
      return {
        z: Float64Array.from({ length: latent }, (_, k) => mean[at(k)]! + std[at(k)]! * random.normal()),
        length: Math.max(1, Math.round(lengths[user]! * Math.exp(lengthSpread * random.normal()))),
      }
    },
  }
}

const lengthSpread = 0.25

/** The quantiles of the standard normal distribution at the ranks; equal lengths are ranked in the order of users. */
function normalScores(lengths: ArrayLike<number>): Float64Array {
  const scores = new Float64Array(lengths.length)
  const order = Array.from(scores.keys()).sort((a, b) => lengths[a]! - lengths[b]! || a - b)
  for (const [rank, user] of order.entries())
    scores[user] = normalQuantile((rank + 0.5) / lengths.length, 0, 1)
  return scores
}

function covarianceOf(users: number, size: number, centered: (user: number, k: number) => number): Matrix {
  const sums = new Float64Array(size * size)
  const row = new Float64Array(size)
  for (let user = 0; user < users; user++) {
    for (let k = 0; k < size; k++) row[k] = centered(user, k)
    for (let a = 0; a < size; a++) for (let b = 0; b <= a; b++) sums[a * size + b]! += row[a]! * row[b]!
  }
  const covariance = new Matrix(size, size)
  for (let a = 0; a < size; a++)
    for (let b = 0; b <= a; b++) {
      covariance.set(a, b, sums[a * size + b]! / users)
      covariance.set(b, a, sums[a * size + b]! / users)
    }
  return covariance
}
