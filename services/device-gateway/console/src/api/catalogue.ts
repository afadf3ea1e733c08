/** What changes seldom: projects of the chain, asked for once and again after a while. */
import { useQuery } from '@pinia/colada'

import { api, done } from './client'
import type { InBilling } from './shapes'

export type Project = InBilling['ProjectView']

const FRESH_MS = 10 * 60_000

async function everyProject(): Promise<Project[]> {
  const found: Project[] = []
  for (let cursor: string | undefined; ;) {
    const query = { limit: 100, active: true, ...(cursor ? { cursor } : {}) }
    const page = await done(api.GET('/api/billing/projects', { params: { query } }))
    found.push(...page.items)
    if (!page.next_cursor) return found
    cursor = page.next_cursor
  }
}

export const useProjects = () => useQuery({ key: ['projects'], query: everyProject, staleTime: FRESH_MS })
