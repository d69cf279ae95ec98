export interface Recommendation {
  readonly userId: string
  readonly model: string
  readonly items: readonly {
    readonly itemId: string
    readonly title: string | null
    readonly score: number
  }[]
}

/** Requests recommendations of each model for each user. @throws Error with the response if a request fails */
export async function requestRecommendations(
  url: string,
  users: readonly string[],
  models: readonly string[],
): Promise<Recommendation[]> {
  const recommendations: Recommendation[] = []
  for (const userId of users)
    for (const model of models) {
      const response = await fetch(`${url}/recommend/${encodeURIComponent(userId)}?k=5&model=${model}`)
      const body = (await response.json()) as Pick<Recommendation, 'items'>
      if (!response.ok)
        throw new Error(`The service responded with ${response.status}: ${JSON.stringify(body)}`)
      recommendations.push({ userId, model, items: body.items })
    }
  return recommendations
}
