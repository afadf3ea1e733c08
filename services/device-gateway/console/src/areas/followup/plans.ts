/** Plans: asked for, and asked for again every minute, since others work on them too. */
import { useQuery } from '@pinia/colada'
import { computed, onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'

import { api, done } from '@/api/client'
import type { InFollowup } from '@/api/shapes'
import { useSession } from '@/app/session'

export type Plan = InFollowup['PlanView']
export type WholePlan = InFollowup['WholePlanView']

/** Plans that were listed here: one of them can be called also while the network is away. */
export const seen = new Map<string, Plan>()

const AGAIN_MS = 60_000
const MOST = 100

export interface Wanted {
  state?: Plan['state']
  due?: 'today' | 'overdue' | 'now'
  mine?: boolean
  customer?: string
}

export function usePlans(wanted: () => Wanted) {
  const session = useSession()
  const key = computed(() => ['plans', session.branchCode, JSON.stringify(wanted())])
  const { data, isPending, refetch } = useQuery({
    key: () => key.value,
    query: () => done(api.GET('/api/followups/plans', { params: { query: { branch: session.branchCode, limit: MOST, ...wanted() } as never } })),
  })
  watch(data, (page) => { for (const one of page?.items ?? []) seen.set(one.id, one) })
  const timer = setInterval(() => void refetch(), AGAIN_MS)
  onScopeDispose(() => clearInterval(timer))
  return { isPending, more: computed(() => data.value?.next_cursor != null), plans: computed(() => data.value?.items ?? []), refetch }
}

/** Kinds of follow-up by their groups, as the service has them. */
export function useKinds() {
  const { locale } = useI18n()
  const { data } = useQuery({ key: ['plan-kinds'], query: async () => (await done(api.GET('/api/followups/kinds'))).items, staleTime: 3_600_000 })
  const groups = computed(() => {
    const found = new Map<string, { name: string; kinds: { code: string; name: string }[] }>()
    for (const one of data.value ?? []) {
      const group = found.get(one.group) ?? { name: locale.value === 'zh' ? one.group_zh : one.group_en, kinds: [] }
      group.kinds.push({ code: one.code, name: locale.value === 'zh' ? one.name_zh : one.name_en })
      found.set(one.group, group)
    }
    return [...found.values()]
  })
  return { groups }
}
