// A few questions to the running service, asked as its users would.

export interface Recommendation {
  readonly userId: string
  readonly model: string
  readonly items: readonly {
    readonly itemId: string
    readonly title: string | null
    readonly score: number
  }[]
}

/** @throws Error when the service does not answer as it should, with the problem it gave */
export async function askService(
  url: string,
  users: readonly string[],
  models: readonly string[],
): Promise<Recommendation[]> {
  const answers: Recommendation[] = []
  for (const userId of users)
    for (const model of models) {
      const response = await fetch(`${url}/recommend/${encodeURIComponent(userId)}?k=5&model=${model}`)
      const body = (await response.json()) as Pick<Recommendation, 'items'>
      if (!response.ok) throw new Error(`The service answered ${response.status}: ${JSON.stringify(body)}`)
      answers.push({ userId, model, items: body.items })
    }
  return answers
}
