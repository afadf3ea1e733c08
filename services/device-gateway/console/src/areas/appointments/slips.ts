/** The slips of some days of a branch: as they come from the service, kept fresh by the board and by time. */
import { useQuery, useQueryCache } from '@pinia/colada'
import { computed, onScopeDispose, watch } from 'vue'

import { api, done } from '@/api/client'
import { every } from '@/api/every'
import type { InAppointment } from '@/api/shapes'
import { useSession } from '@/app/session'
import { useBoard } from '@/live/board'

export type Slip = InAppointment['AppointmentView']
export type WholeSlip = InAppointment['WholeAppointmentView']
export type Provider = InAppointment['ProviderView']
export type Book = InAppointment['BookBody']

export interface Days {
  from: string
  to: string
}

const SOON_MS = 400
const AGAIN_MS = 15_000
const PROVIDERS_FRESH_MS = 5 * 60_000

const everySlip = (branch: string, days: Days) =>
  every<Slip>((next) => done(api.GET('/api/appointments/', { params: { query: { branch, ...days, limit: 200, ...next } } })))

/** The slips of some days; what changes anywhere shows here in a moment. */
export function useSlips(days: () => Days) {
  const session = useSession()
  const board = useBoard()
  const query = useQuery({
    key: () => ['slips', session.branchCode, days().from, days().to],
    query: () => everySlip(session.branchCode, days()),
    enabled: () => session.branchCode !== '',
  })
  let soon = 0
  const again = () => {
    soon ||= window.setTimeout(() => { soon = 0; void query.refetch() }, SOON_MS)
  }
  watch(() => [...board.cards.values()], again)
  const often = window.setInterval(() => { if (!document.hidden) again() }, AGAIN_MS)
  onScopeDispose(() => { clearInterval(often); clearTimeout(soon) })
  return { slips: computed(() => query.data.value ?? []), refetch: query.refetch }
}

export function useProviders() {
  const session = useSession()
  const { data } = useQuery({
    key: () => ['providers', session.branchCode],
    query: async () => (await done(api.GET('/api/appointments/providers', { params: { query: { branch: session.branchCode } } }))).items,
    staleTime: PROVIDERS_FRESH_MS,
    enabled: () => session.branchCode !== '',
  })
  return computed(() => data.value ?? [])
}

export function useSlip(id: () => string) {
  return useQuery({
    key: () => ['slip', id()],
    query: () => done(api.GET('/api/appointments/{appointment}', { params: { path: { appointment: id() } } })),
    enabled: () => id() !== '',
  })
}

/** What was changed here shows everywhere at once. */
export function useFreshSlips() {
  const cache = useQueryCache()
  return (slip: Slip): void => {
    void cache.invalidateQueries({ key: ['slips'] })
    void cache.invalidateQueries({ key: ['slip', slip.id] })
  }
}
