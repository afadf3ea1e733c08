/** Every product with the price that holds in a branch. */
import { api, done } from '@/api/client'
import type { InBilling } from '@/api/shapes'

export type Product = InBilling['ListedView']

export async function everyProduct(branch: string): Promise<Product[]> {
  const found: Product[] = []
  for (let cursor: string | undefined; ;) {
    const page = await done(api.GET('/api/billing/products', { params: { query: { branch, limit: 100, ...(cursor ? { cursor } : {}) } } }))
    found.push(...page.items)
    if (!page.next_cursor) return found
    cursor = page.next_cursor
  }
}
