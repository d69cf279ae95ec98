/** The page that explains why an item is in a user's list, relative to the console. */
export function whyPath(userId: string, model: string, itemId: string): string {
  return `users/why?${new URLSearchParams({ id: userId, model, item: itemId })}`
}
