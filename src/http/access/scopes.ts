/** What a key may do: ask, tell, or run the service. `admin` may do all. */
export const scopes = ['read', 'write', 'admin'] as const

export type Scope = (typeof scopes)[number]

/** The `security` of a route that takes keys with this scope. A route without one takes `admin` alone. */
export function needs(scope: Scope): [{ apiKey: [Scope] }] {
  return [{ apiKey: [scope] }]
}

/** The `security` of a route that asks for no key. */
export const open: [] = []
