/** Colleagues of one's branches, by their accounts: for the names of those who did something. */
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'

import { api, done } from '@/api/client'
import { every } from '@/api/every'
import type { InGateway } from '@/api/shapes'
import { useSession } from '@/app/session'

const FRESH_MS = 10 * 60_000

const everybody = (): Promise<InGateway['StaffView'][]> => every((next) => done(api.GET('/api/gateway/staff', { params: { query: { limit: 200, ...next } } })))

export function useStaff() {
  const session = useSession()
  const { data } = useQuery({ key: ['staff'], query: everybody, staleTime: FRESH_MS, enabled: () => session.may('staff.read') })
  const names = computed(() => new Map((data.value ?? []).map((one) => [one.staff, one.name])))
  /** The name of an account; one that is not known is shown as it is. */
  const nameOf = (account: string | null | undefined): string => (account ? (names.value.get(account) ?? account) : '')
  /** Those who work in a branch now. */
  const of = (branch: string) => (data.value ?? []).filter((one) => one.active && (one.branches.includes(branch) || one.branches.includes('*')))
  return { nameOf, of, staff: data }
}
