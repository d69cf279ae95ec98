/** The requests of the last minutes to this process. */
export interface Traffic {
  readonly seconds: number
  /** The most requested first. */
  readonly routes: readonly RouteTraffic[]
  /** Requests that were rejected because too many were waiting. */
  readonly rejected: number
  /** Reads of user histories, and how many of these were in the cache. */
  readonly historyReads: number
  readonly historyHits: number
}

export interface RouteTraffic {
  /** Method and pattern, such as GET /recommend/:userId. */
  readonly route: string
  readonly requests: number
  /** Responses with a status of 500 or more. */
  readonly failures: number
  /** 99 % of the responses took at most this long, up to the width of a bucket of the histogram. */
  readonly p99Seconds: number
}
