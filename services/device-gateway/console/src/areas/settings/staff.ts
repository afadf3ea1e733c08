/** Accounts of the branches that the asker works in, and the roles that there are. */
import { useQuery } from '@pinia/colada'

import { api, done } from '@/api/client'
import type { InGateway } from '@/api/shapes'

export type Account = InGateway['StaffView']

async function everybody(): Promise<Account[]> {
  const found: Account[] = []
  for (let cursor: string | undefined; ;) {
    const page = await done(api.GET('/api/gateway/staff', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } }))
    found.push(...page.items)
    if (!page.next_cursor) return found
    cursor = page.next_cursor
  }
}

export const STAFF = ['settings', 'staff']
export const useStaff = () => useQuery({ key: STAFF, query: everybody })
export const useRoles = () => useQuery({ key: ['settings', 'roles'], query: async () => (await done(api.GET('/api/gateway/roles'))).items })
