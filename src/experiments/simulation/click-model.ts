// How simulated people click: the position-based model of Craswell, Zoeter, Taylor and Ramsey (WSDM 2008).

/** The chance that anyone looks at rank `rank`, counted from 1: one in rank, as Joachims et al. (WSDM 2017) take it. */
export function examination(rank: number): number {
  return 1 / rank
}

/** The chance that a user clicks what was looked at, given the rating the user would give it. */
export function attraction(rating: number): number {
  return 1 / (1 + Math.exp(-2 * (rating - 4.5)))
}

/** The chances of 0, 1, … clicks on a list whose places are clicked, each by itself, with these chances. */
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
