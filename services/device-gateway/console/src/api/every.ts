/** Return all items of a list, page after page; `ask` is given the cursor of the next one. */
export async function every<T>(ask: (next: { cursor?: string }) => Promise<{ items: T[]; next_cursor: string | null }>): Promise<T[]> {
  const found: T[] = []
  for (let next: { cursor?: string } = {}; ;) {
    const page = await ask(next)
    found.push(...page.items)
    if (!page.next_cursor) return found
    next = { cursor: page.next_cursor }
  }
}
