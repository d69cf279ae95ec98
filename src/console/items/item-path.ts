/** The page of an item, relative to the console. */
export function itemPath(itemId: string): string {
  return `items/item?${new URLSearchParams({ id: itemId })}`
}
