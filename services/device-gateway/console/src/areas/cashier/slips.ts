/** Slips: asked for by branch, anew whenever the board says that what somebody owes has changed. */
import { useQuery } from '@pinia/colada'
import { computed, type Ref, watch } from 'vue'

import { api, done } from '@/api/client'
import type { InBilling } from '@/api/shapes'
import { useSession } from '@/app/session'
import { useBoard } from '@/live/board'

export type Slip = InBilling['ChargeView']
export type WholeSlip = InBilling['ChargeWithPaymentsView']
export type State = NonNullable<InBilling['ChargeView']['state']>

const OWED = ['open', 'part_paid'] as const
const MOST = 100

export interface Wanted {
  state: 'waiting' | 'open' | 'part_paid' | 'paid' | 'void'
  day: string | null
}

/** What the board knows of money owed: when it changes, slips have changed. */
export function useOwed() {
  const board = useBoard()
  return computed(() => [...board.cards.values()].filter((card) => card.due > 0).map((card) => `${card.id}:${card.due}`).sort().join())
}

export function useSlips(wanted: Ref<Wanted>) {
  const session = useSession()
  const owed = useOwed()

  async function find(): Promise<Slip[]> {
    const { state, day } = wanted.value
    const states = state === 'waiting' ? OWED : [state]
    const pages = await Promise.all(states.map((one) => done(api.GET('/api/billing/charges', {
      params: { query: { branch: session.branchCode, state: one, limit: MOST, ...(day ? { business_day: day } : {}) } },
    }))))
    const found = pages.flatMap((page) => page.items)
    return state === 'waiting' ? found.sort((a, b) => a.opened_at.localeCompare(b.opened_at)) : found
  }

  const { data, isPending, refetch } = useQuery({ key: () => ['charges', session.branchCode, wanted.value.state, wanted.value.day ?? ''], query: find })
  watch(owed, () => void refetch())
  return { isPending, refetch, slips: computed(() => data.value ?? []) }
}
