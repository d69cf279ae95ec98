// The click model of simulated users: the position-based model of Craswell, Zoeter, Taylor and Ramsey (WSDM 2008).

/** The probability that rank `rank`, counted from 1, is examined: 1 / rank as in Joachims et al. (WSDM 2017). */
export function examination(rank: number): number {
  return 1 / rank
}

/** The probability that a user clicks an examined item, by the rating that the user would give it. */
export function attraction(rating: number): number {
  return 1 / (1 + Math.exp(-2 * (rating - 4.5)))
}

/** The probabilities of 0, 1, … clicks on a list whose positions are clicked independently with these probabilities. */
export function clickDistribution(chances: ArrayLike<number>): Float64Array {
  let distribution = Float64Array.of(1)
  for (let place = 0; place < chances.length; place++) {
    const next = new Float64Array(distribution.length + 1)
    for (let clicks = 0; clicks < distribution.length; clicks++) {
      next[clicks]! += distribution[clicks]! * (1 - chances[place]!)
      next[clicks + 1]! += distribution[clicks]! * chances[place]!
    }
    distribution = next
  }
  return distribution
}
