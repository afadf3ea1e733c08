/** What a branch sells today, each with its price. */
import { api, done } from '@/api/client'
import type { InBilling } from '@/api/shapes'

export type Product = InBilling['ListedView']

export async function productsOf(branch: string): Promise<Product[]> {
  const found: Product[] = []
  for (let cursor: string | undefined; ;) {
    const query = { branch, active: true, limit: 200, ...(cursor ? { cursor } : {}) }
    const page = await done(api.GET('/api/billing/products', { params: { query } }))
    found.push(...page.items)
    if (!page.next_cursor) return found
    cursor = page.next_cursor
  }
}
