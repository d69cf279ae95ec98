/**
 * The year of a title such as "Toy Story (1995)", "Dekalog (1989–1990)" or "Heidi Fleiss (1995) (TV)", if it
 * has one.
 */
export function yearOf(title: string): number | undefined {
  const last = [...title.matchAll(/\((\d{4})(?:\s*[-–]\s*\d{0,4})?\)/g)].at(-1)
  return last === undefined ? undefined : Number(last[1])
}
