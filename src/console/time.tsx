/** @jsxRuntime automatic @jsxImportSource hono/jsx */
/** A time in UTC, which a script of the page replaces by the time of the reader's zone. */
export function Time({ at }: { at: Date }) {
  const iso = at.toISOString()
  return <time datetime={iso}>{`${iso.slice(0, 16).replace('T', ' ')} UTC`}</time>
}
