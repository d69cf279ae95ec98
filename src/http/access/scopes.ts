/** What a key may do: read recommendations, write ratings, feedback and items, or administer. `admin` includes all. */
export const scopes = ['read', 'write', 'admin'] as const

export type Scope = (typeof scopes)[number]

/** The `security` of a route that requires a key with this scope. A route without `security` requires `admin`. */
export function needs(scope: Scope): [{ apiKey: [Scope] }] {
  return [{ apiKey: [scope] }]
}

/** The `security` of a route that requires no key. */
export const withoutKey: [] = []
